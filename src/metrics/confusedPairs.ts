import { checkCount, checkMatrix } from './checks.js';
import { rowSumsOf } from './confusionMatrix.js';

/** One kind of mistake: examples of class `truth` taken for class `prediction`. */
export interface ConfusedPair {
  truth: string;
  prediction: string;
  /** How many examples. */
  count: number;
  /** Their share of the examples of `truth`, in (0, 1]. */
  rate: number;
}

/**
 * The mistakes that occur most often: the largest entries off the diagonal of a confusion matrix. The two directions of
 * a pair count apart. Of equal counts the higher rate comes first, then the order of the classes decides.
 *
 * @param matrix counts `[classes, classes]`, row = truth, column = prediction, as `confusionMatrix` gives them
 * @param names a name for each class
 * @param k the most pairs to return, default 10; pairs that never occur are not listed
 * @throws RangeError for a matrix that is not square or holds anything but counts, a number of names other than its
 * size, and a k that is not a positive integer
 * @example
 * ```ts
 * mostConfusedPairs([[8, 0], [2, 6]], ['rain', 'wind']); // [{ truth: 'wind', prediction: 'rain', count: 2, rate: 0.25 }]
 * ```
 */
export function mostConfusedPairs(
  matrix: readonly (readonly number[])[],
  names: readonly string[],
  k = 10,
): ConfusedPair[] {
  checkCount(k, 'k');
  checkMatrix(matrix, names);
  const share = matrix.flat().find((count) => !Number.isInteger(count));
  if (share !== undefined) throw new RangeError(`matrix must hold counts, got ${share}; leave out normalize`);
  const support = rowSumsOf(matrix);
  const pairs = matrix.flatMap((row, i) =>
    row.map((count, j) => ({
      truth: names[i]!,
      prediction: names[j]!,
      count: i === j ? 0 : count,
      rate: count / support[i]!,
    })),
  );
  return pairs
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || b.rate - a.rate)
    .slice(0, k);
}
