import { checkResampling, type Interval, intervalOf, tailOf } from './interval.js';
import {
  classNames,
  type ResamplingOptions,
  recordingsOf,
  resampledWeights,
  summaryNames,
  weightedMetrics,
} from './resampling.js';
import type { EvaluationResult } from './types.js';
import type { SummaryMetrics } from './views.js';

/** Intervals of the metrics of an evaluation. Plain data. */
export interface ConfidenceIntervals extends Readonly<Record<keyof SummaryMetrics, Interval>> {
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  /** Recordings that were drawn from; clips of which no recording is known count as one each. */
  readonly recordings: number;
  readonly clips: number;
  /** Of every class, in the order of the labels; what is not defined, as the recall of a class without clips, is NaN. */
  readonly classes: readonly ({ readonly name: string } & Readonly<Record<(typeof classNames)[number], Interval>>)[];
}

/**
 * How far the metrics of an evaluation may be off because the test set is but a sample: intervals by the bootstrap over source
 * recordings. Clips of one recording are alike, so that recordings are drawn, with all their clips (a cluster bootstrap); to draw
 * clips gives intervals that are too narrow.
 *
 * The interval is between percentiles of the resamples, widened for few recordings as Hesterberg (2015, "What Teachers Should Know
 * About the Bootstrap", section 5.3) has it. The bootstrap knows nothing but these clips: a class whose clips are all right has
 * an interval of [1, 1], which says that there are too few clips, not that the model is perfect. Nor does it say how much another
 * training of the model would differ.
 *
 * @throws {RangeError} when an option is out of range
 * @example
 * ```ts
 * const { accuracy } = confidenceIntervals(result);
 * console.log(`${accuracy.value} (95 %: ${accuracy.low} to ${accuracy.high})`);
 * ```
 */
export function confidenceIntervals(result: EvaluationResult, options: ResamplingOptions = {}): ConfidenceIntervals {
  const settings = checkResampling(options);
  const recordings = recordingsOf(result);
  const compute = weightedMetrics(result);
  const whole = compute(new Int32Array(result.clips.length).fill(1));
  const samples = Array.from(resampledWeights(recordings, settings), compute);
  const tail = tailOf(settings.level, recordings.length);
  const interval = (value: number, values: readonly number[]): Interval => intervalOf(value, values, tail);
  const summary = summaryNames.map((name, i) => [
    name,
    interval(
      whole.summary[i]!,
      samples.map((sample) => sample.summary[i]!),
    ),
  ]);
  return {
    ...settings,
    recordings: recordings.length,
    clips: result.clips.length,
    ...(Object.fromEntries(summary) as Record<keyof SummaryMetrics, Interval>),
    classes: result.labels.map((name, label) => {
      const own = classNames.map((metric, i) => [
        metric,
        interval(
          whole.classes[label]![i]!,
          samples.map((sample) => sample.classes[label]![i]!),
        ),
      ]);
      return { name, ...(Object.fromEntries(own) as Record<(typeof classNames)[number], Interval>) };
    }),
  };
}
