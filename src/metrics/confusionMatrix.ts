import { checkPredictions } from './checks.js';
import { chosenLabels, presentLabels } from './labels.js';

/** Options of {@link confusionMatrix}, with scikit-learn's names and defaults. */
export interface ConfusionMatrixOptions {
  /** Class ids to count, in the order of the rows and columns. Default: every id that occurs, sorted. */
  labels?: ArrayLike<number>;
  /** Divide by the row sum (`'true'`), the column sum (`'pred'`) or the total (`'all'`). Default: plain counts. */
  normalize?: 'true' | 'pred' | 'all';
}

/**
 * Counts how often class i (row) was predicted as class j (column), as scikit-learn's `confusion_matrix` does.
 *
 * An example whose true or predicted class is not in `labels` is not counted. Where a sum to divide by is zero, the
 * normalised entries are 0.
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @returns `[labels, labels]`, row = truth, column = prediction: counts, or shares in [0, 1]
 * @throws RangeError for arrays that are empty, of different lengths or not integer, for labels that repeat or of which
 * none occurs in `yTrue`, and for an unknown `normalize`
 * @example
 * ```ts
 * confusionMatrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]); // [[2, 0, 0], [0, 0, 1], [1, 0, 2]]
 * ```
 */
export function confusionMatrix(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  options: ConfusionMatrixOptions = {},
): number[][] {
  checkPredictions(yTrue, yPred);
  const { normalize } = options;
  if (normalize !== undefined && !['true', 'pred', 'all'].includes(normalize)) {
    throw new RangeError(`normalize must be 'true', 'pred', 'all' or left out, got '${normalize}'`);
  }
  const labels = options.labels ? chosenLabels(options.labels) : presentLabels(yTrue, yPred);
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  if (!Array.from(yTrue).some((label) => indexOf.has(label))) {
    throw new RangeError(`at least one of labels must occur in yTrue, got labels [${labels.join(', ')}]`);
  }

  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let i = 0; i < yTrue.length; i++) {
    const row = indexOf.get(yTrue[i]!);
    const column = indexOf.get(yPred[i]!);
    if (row !== undefined && column !== undefined) counts[row]![column]!++;
  }
  return normalize ? normalized(counts, normalize) : counts;
}

function normalized(counts: number[][], by: 'true' | 'pred' | 'all'): number[][] {
  const rowSums = rowSumsOf(counts);
  const columnSums = columnSumsOf(counts);
  const total = rowSums.reduce((sum, count) => sum + count, 0);
  return counts.map((row, i) =>
    row.map((count, j) => {
      const divisor = by === 'true' ? rowSums[i]! : by === 'pred' ? columnSums[j]! : total;
      return divisor === 0 ? 0 : count / divisor;
    }),
  );
}

/** Examples of each true class. */
export function rowSumsOf(matrix: readonly (readonly number[])[]): number[] {
  return matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
}

/** Examples of each predicted class. */
export function columnSumsOf(matrix: readonly (readonly number[])[]): number[] {
  return matrix.map((_, column) => matrix.reduce((sum, row) => sum + row[column]!, 0));
}
