import { formatFixed } from '../metrics/formatFixed.js';
import type { ConfidenceIntervals } from './confidenceIntervals.js';
import type { Interval } from './interval.js';
import { formatPairedTests, type PairedTest } from './pairedTests.js';
import { summaryNames } from './resampling.js';
import { alignedColumns } from './tables.js';
import type { EvaluationResult } from './types.js';
import type { metricsOf, SummaryMetrics } from './views.js';

/** What `compareEvaluations` gives. `String(comparison)` is two tables; the rest is plain data. */
export interface EvaluationComparison {
  /** The evaluations, of the clips that all of them have. */
  readonly results: readonly EvaluationResult[];
  /** Of each of them. */
  readonly metrics: readonly ReturnType<typeof metricsOf>[];
  /** Of each of them. */
  readonly intervals: readonly ConfidenceIntervals[];
  /** Every two of them. */
  readonly pairs: readonly EvaluationPair[];
  /** Clips that are not compared, because one of the evaluations could not read them. */
  readonly leftOut: readonly string[];
  /** Two tables: the metrics with their intervals, and the tests. */
  toString(): string;
}

/** Two evaluations beside each other. */
export interface EvaluationPair extends PairedTest {
  /** The first less the second, with intervals by the paired bootstrap over recordings: 0 outside of it tells of a difference. */
  readonly differences: Readonly<Record<keyof SummaryMetrics, Interval>>;
}

const headings: Record<(typeof summaryNames)[number], string> = {
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced',
  macroF1: 'macro F1',
  meanAveragePrecision: 'mAP',
};

/** A comparison as lines of text for a terminal, without a final newline. */
export function formatEvaluationComparison({ results, intervals, pairs, leftOut }: EvaluationComparison): string {
  const { level, recordings, clips } = intervals[0]!;
  const percent = formatFixed(100 * level, 0);
  const note = `${percent} % intervals: bootstrap over ${recordings} recordings of ${clips} clips.`;
  const columns = summaryNames.map((name) => headings[name]);
  return [
    alignedColumns([
      ['', ...columns],
      ...results.map(({ name }, i) => [name, ...summaryNames.map((metric) => cell(intervals[i]![metric]))]),
    ]),
    alignedColumns([
      ['Difference (1st less 2nd)', ...columns],
      ...pairs.map(({ first, second, differences }) => [
        `${first} / ${second}`,
        ...summaryNames.map((metric) => cell(differences[metric])),
      ]),
    ]),
    formatPairedTests(pairs),
    leftOut.length > 0 ? `${note} Left out, as they could not be read: ${leftOut.length} clips.` : note,
  ].join('\n\n');
}

const cell = ({ value, low, high }: Interval): string => `${fixed(value)} [${fixed(low)}, ${fixed(high)}]`;

const fixed = (value: number): string => (Number.isFinite(value) ? formatFixed(value, 3) : '-');
