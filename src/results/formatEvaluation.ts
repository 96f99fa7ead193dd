import { platform } from '#platform';
import { bestAndWorstClasses, mostConfusedPairs } from '../metrics/index.js';
import { formatBestAndWorst, formatConfusedPairs, formatConfusionMatrix } from './tables.js';
import type { EvaluationResult } from './types.js';
import { confusionMatrixOf, reportOf } from './views.js';

/** Settings of {@link formatEvaluation}. */
export interface FormatEvaluationOptions {
  /** ANSI colours in the confusion matrix. Default `false`, for text that goes to a file. */
  readonly color?: boolean;
  /** How many of the best and of the worst classes. Default 3. */
  readonly classes?: number;
  /** How many pairs of classes that are taken for each other. Default 5. */
  readonly pairs?: number;
}

/**
 * An evaluation as text for a terminal: scikit-learn's classification report, the confusion matrix, the best and the worst
 * classes, and those that are most often taken for each other. `String(result)` is this, with colours where standard output is
 * a terminal that shows them.
 *
 * @returns lines without a final newline
 * @example
 * ```ts
 * await writeFile('report.txt', formatEvaluation(result));
 * ```
 */
export function formatEvaluation(
  result: EvaluationResult,
  { color = false, classes = 3, pairs = 5 }: FormatEvaluationOptions = {},
): string {
  const report = reportOf(result);
  const matrix = confusionMatrixOf(result);
  return [
    String(report).trimEnd(),
    formatConfusionMatrix(matrix, result.labels, { color }),
    formatBestAndWorst(bestAndWorstClasses(report, classes)),
    formatConfusedPairs(mostConfusedPairs(matrix, result.labels, pairs)),
  ].join('\n\n');
}

/** The same data, which is {@link formatEvaluation}'s text as a string. */
export function withText(data: EvaluationResult): EvaluationResult {
  return Object.defineProperty({ ...data }, 'toString', {
    value(this: EvaluationResult) {
      return formatEvaluation(this, { color: platform.hasColors });
    },
    enumerable: false,
  });
}
