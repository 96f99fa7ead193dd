/**
 * Weights that let every class count the same in a loss, however many examples it has: those of scikit-learn's
 * `compute_class_weight('balanced', …)`, which are `examples / (classes · examples of the class)`.
 *
 * @param labels class of each example, from 0
 * @param numLabels number of classes
 * @returns a weight for each class, [numLabels]; their mean over the examples is 1
 * @throws {RangeError} when a label is no class, or a class has no example
 *
 * @example
 * ```ts
 * balancedClassWeights([0, 0, 0, 1, 1, 2], 3); // [0.667, 1, 2]
 * ```
 */
export function balancedClassWeights(labels: readonly number[], numLabels: number): number[] {
  const counts = new Array<number>(numLabels).fill(0);
  for (const label of labels) {
    if (counts[label] === undefined) throw new RangeError(`Expected classes from 0 to ${numLabels - 1}, got ${label}.`);
    counts[label]++;
  }
  const missing = counts.indexOf(0);
  if (missing >= 0)
    throw new RangeError(
      `Class ${missing} has no example to take its weight from; add some, or give the weights yourself.`,
    );
  return counts.map((count) => labels.length / (numLabels * count));
}
