import { checkPredictions } from './checks.js';
import { chosenLabels, presentLabels } from './labels.js';

/** How often a class is predicted, beside how often it is true. */
export interface ClassBias {
  /** The class id. */
  readonly label: number;
  /** Examples of the class. */
  readonly support: number;
  /** Examples that were taken for it. */
  readonly predicted: number;
  /** `support` as a share of all examples. */
  readonly trueFrequency: number;
  /** `predicted` as a share of all examples. */
  readonly predictedFrequency: number;
  /** Predicted less true frequency, in [-1, 1]: above 0 the model names the class too often. */
  readonly bias: number;
}

/**
 * Which classes a model names too often, and which too rarely.
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @param options `labels`: class ids to report, in this order; default: every id that occurs, sorted
 * @throws RangeError for arrays that are empty, of different lengths or not integer, and labels that repeat
 * @example
 * ```ts
 * predictionBias([0, 0, 1, 1], [0, 0, 0, 1])[0]; // { label: 0, support: 2, predicted: 3, …, bias: 0.25 }
 * ```
 */
export function predictionBias(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  options: { readonly labels?: ArrayLike<number> } = {},
): ClassBias[] {
  checkPredictions(yTrue, yPred);
  const labels = options.labels ? chosenLabels(options.labels) : presentLabels(yTrue, yPred);
  const [supports, predictions] = [countsOf(yTrue), countsOf(yPred)];
  return labels.map((label) => {
    const [support, predicted] = [supports.get(label) ?? 0, predictions.get(label) ?? 0];
    const [trueFrequency, predictedFrequency] = [support / yTrue.length, predicted / yTrue.length];
    return { label, support, predicted, trueFrequency, predictedFrequency, bias: (predicted - support) / yTrue.length };
  });
}

function countsOf(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i]!, (counts.get(values[i]!) ?? 0) + 1);
  return counts;
}
