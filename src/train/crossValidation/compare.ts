import { TrainingError } from '../../errors.js';
import { pairedTests, repeatedName } from '../../results/pairedTests.js';
import { formatComparison } from './text.js';
import type { Comparison, CrossValidationResult } from './types.js';

/**
 * Puts several models or settings on the same folds side by side, and tests every two of them with `mcnemar` on the
 * clips of all folds: whether they are right equally often. The p-values are not corrected for the number of tests: with m of them,
 * ask for p below 0.05 / m (Bonferroni). They tell of these trained models; how much a new training would differ is what the standard
 * deviation over the folds hints at.
 *
 * @throws {TrainingError} for fewer than two results, two of one name, or results of other classes, folds or clips
 * @example
 * ```ts
 * const cnn = await readCrossValidation('runs/cnn');
 * const ast = await readCrossValidation('runs/ast');
 * console.log(String(compare([cnn, ast])));
 * ```
 */
export function compare(results: readonly CrossValidationResult[]): Comparison {
  const [first, ...others] = results;
  if (!first || others.length === 0)
    throw new TrainingError(`compare expects two results or more, got ${results.length}.`);
  const twice = repeatedName(results);
  if (twice !== undefined)
    throw new TrainingError(`Two results are called ${twice}; give crossValidate different names.`);
  for (const other of others) checkComparable(first, other);
  const pairs = pairedTests(
    first.pooled.labels,
    results.map(({ name, pooled }) => ({ name, predictions: pooled.predictions })),
  );
  const comparison: Comparison = { results, pairs };
  return Object.defineProperty(comparison, 'toString', {
    value: () => formatComparison(comparison),
    enumerable: false,
  });
}

/** Throws a TrainingError unless two results are of the same clips in the same folds. */
function checkComparable(one: CrossValidationResult, other: CrossValidationResult): void {
  const refuse = (what: string, a: unknown, b: unknown): never => {
    throw new TrainingError(`${one.name} and ${other.name} cannot be compared: they have ${what} ${a} and ${b}.`);
  };
  const foldsOf = ({ folds }: CrossValidationResult): string => folds.map(({ fold }) => fold).join(', ');
  if (one.labels.join() !== other.labels.join()) refuse('the classes', `[${one.labels}]`, `[${other.labels}]`);
  if (foldsOf(one) !== foldsOf(other)) refuse('the folds', foldsOf(one), foldsOf(other));
  for (const [i, { fold, predictions }] of one.folds.entries()) {
    const { ids, labels } = other.folds[i]!.predictions;
    if (ids.length !== predictions.ids.length)
      refuse(`in fold ${fold}`, `${predictions.ids.length} clips`, `${ids.length}`);
    const odd = ids.findIndex((id, clip) => id !== predictions.ids[clip] || labels[clip] !== predictions.labels[clip]);
    if (odd >= 0)
      refuse(
        `in fold ${fold}, as clip ${odd},`,
        `${predictions.ids[odd]} (class ${predictions.labels[odd]})`,
        `${ids[odd]} (class ${labels[odd]})`,
      );
  }
}
