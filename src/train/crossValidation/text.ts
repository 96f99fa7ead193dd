/** Results of cross-validation as lines of text for a terminal, without a final newline. */
import { formatFixed } from '../../metrics/formatFixed.js';
import { formatPairedTests } from '../../results/pairedTests.js';
import { alignedColumns } from '../../results/tables.js';
import type { EvaluationMetrics } from '../evaluationMetrics.js';
import type { Comparison, CrossValidationResult } from './types.js';

const columns = [
  ['accuracy', 'evalAccuracy'],
  ['balanced', 'evalBalancedAccuracy'],
  ['macro F1', 'evalMacroF1'],
  ['loss', 'evalLoss'],
] as const satisfies readonly (readonly [string, keyof EvaluationMetrics])[];

const cells = (metrics: EvaluationMetrics): string[] => columns.map(([, metric]) => fixed(metrics[metric], 3));

export function formatResult({ name, folds, missingFolds, mean, std, pooled }: CrossValidationResult): string {
  const missing = missingFolds.length > 0 ? `; not done: ${missingFolds.join(', ')}` : '';
  const right = pooled.labels.filter((label, i) => label === pooled.predictions[i]).length;
  return [
    `${name}: ${folds.length} of ${folds.length + missingFolds.length} folds${missing}`,
    alignedColumns([
      ['fold', 'clips', ...columns.map(([heading]) => heading)],
      ...folds.map(({ fold, predictions, metrics }) => [
        String(fold),
        String(predictions.ids.length),
        ...cells(metrics),
      ]),
      ['mean', '', ...cells(mean)],
      ['std', '', ...cells(std)],
    ]),
    `std: of a sample, ddof 1. All folds together: ${right} of ${pooled.ids.length} clips right.`,
  ].join('\n');
}

export function formatComparison({ results, pairs }: Comparison): string {
  const folds = results[0]!.folds.map(({ fold }) => fold);
  return [
    alignedColumns([
      ['', ...folds.map((fold) => `fold ${fold}`), 'accuracy', 'std', 'macro F1'],
      ...results.map(({ name, folds, mean, std }) => [
        name,
        ...folds.map(({ metrics }) => fixed(metrics.evalAccuracy, 3)),
        fixed(mean.evalAccuracy, 3),
        fixed(std.evalAccuracy, 3),
        fixed(mean.evalMacroF1, 3),
      ]),
    ]),
    formatPairedTests(pairs),
  ].join('\n\n');
}

const fixed = (value: number, digits: number): string => (Number.isFinite(value) ? formatFixed(value, digits) : '-');
