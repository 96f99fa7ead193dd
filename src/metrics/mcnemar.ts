import { checkPredictions, checkSameLength } from './checks.js';
import { complementaryError } from './complementaryError.js';

/** With fewer disagreements than this the exact test is used unless told otherwise: the approximation is poor there. */
const FEW = 25;

/** Options of {@link mcnemar}. */
export interface McNemarOptions {
  /** The exact binomial test, or the chi-squared approximation. Default: exact below 25 examples on which one is right. */
  exact?: boolean;
  /** Whether the approximation has Edwards' continuity correction. Default true. */
  correction?: boolean;
}

/** What {@link mcnemar} gives. */
export interface McNemarResult {
  /** Examples that only the first predicts right. */
  onlyFirst: number;
  /** Examples that only the second predicts right. */
  onlySecond: number;
  /** The smaller of the two for the exact test, else chi-squared with one degree of freedom. */
  statistic: number;
  /** How likely a difference as large or larger is if both are right equally often, in [0, 1]. */
  pValue: number;
  /** Which test it is. */
  exact: boolean;
}

/**
 * McNemar's test (1947) of whether two classifiers are right equally often, from their predictions for the same examples.
 * Only examples count on which exactly one of the two is right. The numbers are those of statsmodels' `mcnemar`, and of R's
 * `mcnemar.test` where both are right alone equally often: then there is nothing to correct.
 *
 * @param yTrue true class ids, integers
 * @param first predictions of one classifier, as many
 * @param second predictions of the other, as many
 * @throws RangeError for arrays that are empty, of different lengths or not integer
 * @example
 * ```ts
 * const { pValue } = mcnemar(labels, predictionsOfCnn, predictionsOfAst);
 * if (pValue < 0.05) console.log('the difference is significant at 5 %');
 * ```
 */
export function mcnemar(
  yTrue: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { exact, correction = true }: McNemarOptions = {},
): McNemarResult {
  checkPredictions(yTrue, first);
  checkPredictions(yTrue, second);
  checkSameLength(first, 'first', second, 'second');
  let [onlyFirst, onlySecond] = [0, 0];
  for (let i = 0; i < yTrue.length; i++) {
    const [isFirst, isSecond] = [first[i] === yTrue[i], second[i] === yTrue[i]];
    if (isFirst && !isSecond) onlyFirst++;
    if (isSecond && !isFirst) onlySecond++;
  }
  const count = onlyFirst + onlySecond;
  if (exact ?? count < FEW) {
    const statistic = Math.min(onlyFirst, onlySecond);
    const pValue = Math.min(1, 2 * binomialBelow(statistic, count));
    return { onlyFirst, onlySecond, statistic, pValue, exact: true };
  }
  const difference = Math.max(0, Math.abs(onlyFirst - onlySecond) - (correction ? 1 : 0));
  const statistic = count === 0 ? 0 : difference ** 2 / count;
  return { onlyFirst, onlySecond, statistic, pValue: complementaryError(Math.sqrt(statistic / 2)), exact: false };
}

/** The probability of `most` heads or fewer in `count` throws of a coin. */
function binomialBelow(most: number, count: number): number {
  let logarithm = -count * Math.LN2; // of the probability of no head
  let sum = 0;
  for (let heads = 0; heads <= most; heads++) {
    sum += Math.exp(logarithm);
    logarithm += Math.log((count - heads) / (heads + 1));
  }
  return sum;
}
