/** Single figures for how well predictions agree with the truth. All follow scikit-learn. */

import { checkPredictions } from './checks.js';
import { columnSumsOf, confusionMatrix, rowSumsOf } from './confusionMatrix.js';

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const trace = (matrix: readonly (readonly number[])[]): number => matrix.reduce((sum, row, i) => sum + row[i]!, 0);

/**
 * The share of examples whose class is predicted right (scikit-learn's `accuracy_score`).
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @returns a number in [0, 1]
 * @throws RangeError for arrays that are empty, of different lengths or not integer
 * @example
 * ```ts
 * accuracy([0, 1, 2, 3], [0, 2, 1, 3]); // 0.5
 * ```
 */
export function accuracy(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkPredictions(yTrue, yPred);
  let correct = 0;
  for (let i = 0; i < yTrue.length; i++) if (yTrue[i] === yPred[i]) correct++;
  return correct / yTrue.length;
}

/**
 * The mean recall over the classes that occur in `yTrue` (scikit-learn's `balanced_accuracy_score`): what accuracy would
 * be if every class were equally frequent.
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @returns a number in [0, 1]
 * @throws RangeError for arrays that are empty, of different lengths or not integer
 * @example
 * ```ts
 * balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0]); // 0.5
 * ```
 */
export function balancedAccuracy(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  const matrix = confusionMatrix(yTrue, yPred);
  const support = rowSumsOf(matrix);
  const recalls = matrix.map((row, i) => row[i]! / support[i]!).filter((_, i) => support[i]! > 0);
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/**
 * Cohen's kappa (Cohen 1960; scikit-learn's `cohen_kappa_score` without weights): agreement beyond what the class
 * frequencies alone would give.
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @returns a number in [-1, 1], 0 for chance; `NaN` when both arrays hold one and the same class, where it is not defined
 * @throws RangeError for arrays that are empty, of different lengths or not integer
 * @example
 * ```ts
 * cohenKappa([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 0, 1]); // 0.5
 * ```
 */
export function cohenKappa(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  const matrix = confusionMatrix(yTrue, yPred);
  const total = yTrue.length;
  const expected = dot(rowSumsOf(matrix), columnSumsOf(matrix)) / total;
  return 1 - (total - trace(matrix)) / (total - expected);
}

/**
 * The Matthews correlation coefficient for any number of classes (Gorodkin 2004; scikit-learn's `matthews_corrcoef`).
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @returns a number in [-1, 1]; 0 when either array holds a single class
 * @throws RangeError for arrays that are empty, of different lengths or not integer
 * @example
 * ```ts
 * matthewsCorrelation([1, 1, 1, 0], [1, 0, 1, 1]); // -0.333…
 * ```
 */
export function matthewsCorrelation(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  const matrix = confusionMatrix(yTrue, yPred);
  const truth = rowSumsOf(matrix);
  const prediction = columnSumsOf(matrix);
  const total = yTrue.length;
  const spread = (total ** 2 - dot(prediction, prediction)) * (total ** 2 - dot(truth, truth));
  return spread === 0 ? 0 : (trace(matrix) * total - dot(truth, prediction)) / Math.sqrt(spread);
}
