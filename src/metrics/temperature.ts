/** Temperature scaling: scores that are as sure of themselves as they are right. */

import { checkLabelledRows } from './calibration.js';
import { checkScores } from './checks.js';

const LOWEST = 0.01;
const HIGHEST = 100;

/** What {@link temperatureScaling} gives. */
export interface TemperatureScaling {
  /** Divide logits by it before softmax. Above 1 the model was too sure of itself, below 1 not sure enough. */
  readonly temperature: number;
  /** Mean negative log-likelihood of the logits as they are, in nats. */
  readonly nllBefore: number;
  /** The same after scaling. */
  readonly nllAfter: number;
}

/**
 * Finds the temperature that makes scores fit best: softmax(logits / temperature) has the least negative log-likelihood (Guo
 * et al. 2017). Which class is largest stays. Find it on clips that were not trained on, and use it on others: on the same clips
 * it looks better than it is.
 *
 * The likelihood is concave in 1 / temperature; Newton's method finds its maximum to 1e-10, kept within bounds by
 * bisection. Where there is no maximum, as for a model without a mistake (the surer the better) or one that is wrong more often
 * than chance, the temperature ends at the bounds, 0.01 or 100.
 *
 * @param logits before softmax, `[examples, classes]`
 * @param labels true class ids, integers in [0, classes)
 * @throws RangeError for arrays that are empty or of different lengths, logits that are not finite, and class ids without a column
 * @example
 * ```ts
 * const { temperature } = temperatureScaling(validationLogits, validationLabels);
 * const scores = applyTemperature(testLogits, temperature);
 * ```
 */
export function temperatureScaling(
  logits: ArrayLike<ArrayLike<number>>,
  labels: ArrayLike<number>,
): TemperatureScaling {
  checkLabelledRows(labels, logits, 'logits');
  const at = (inverse: number): Moments => momentsAt(logits, labels, inverse);
  let [low, high] = [1 / HIGHEST, 1 / LOWEST]; // of the inverse
  let inverse = 1;
  if (at(1).curvature === 0)
    inverse = 1; // every row is level, whatever the temperature
  else if (at(low).slope >= 0) inverse = low;
  else if (at(high).slope <= 0) inverse = high;
  else
    for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
      const { slope, curvature } = at(inverse);
      if (slope > 0) high = inverse;
      else low = inverse;
      const newton = inverse - slope / curvature;
      const next = newton > low && newton < high ? newton : (low + high) / 2;
      const moved = Math.abs(next - inverse);
      inverse = next;
      if (moved < 1e-10 * inverse) break;
    }
  return { temperature: 1 / inverse, nllBefore: at(1).nll, nllAfter: at(inverse).nll };
}

/**
 * Scores of logits at a temperature: softmax(logits / temperature).
 *
 * @param logits `[examples, classes]`
 * @param temperature above 0, from {@link temperatureScaling}
 * @returns probabilities, `[examples, classes]`
 * @throws RangeError for logits that are not finite, and a temperature that is not a positive number
 * @example
 * ```ts
 * applyTemperature([[2, 0]], 2); // [[0.731…, 0.268…]]
 * ```
 */
export function applyTemperature(logits: ArrayLike<ArrayLike<number>>, temperature: number): number[][] {
  checkScores(logits, 'logits');
  if (!(temperature > 0 && temperature < Number.POSITIVE_INFINITY))
    throw new RangeError(`temperature must be a positive number, got ${temperature}`);
  return Array.from(logits, (row) => softmaxOf(row, 1 / temperature));
}

/** Mean negative log-likelihood, and its derivatives by the inverse temperature. */
interface Moments {
  readonly nll: number;
  readonly slope: number;
  readonly curvature: number;
}

function momentsAt(logits: ArrayLike<ArrayLike<number>>, labels: ArrayLike<number>, inverse: number): Moments {
  let [nll, slope, curvature] = [0, 0, 0];
  for (let i = 0; i < logits.length; i++) {
    const row = logits[i]!;
    const largest = Math.max(...Array.from(row));
    let [sum, first, second] = [0, 0, 0];
    for (let j = 0; j < row.length; j++) {
      const logit = row[j]! - largest;
      const power = Math.exp(inverse * logit);
      sum += power;
      first += power * logit;
      second += power * logit * logit;
    }
    const mean = first / sum;
    const own = row[labels[i]!]! - largest;
    nll += Math.log(sum) - inverse * own;
    slope += mean - own;
    curvature += second / sum - mean * mean;
  }
  return { nll: nll / logits.length, slope: slope / logits.length, curvature: curvature / logits.length };
}

function softmaxOf(row: ArrayLike<number>, inverse: number): number[] {
  const largest = Math.max(...Array.from(row));
  const powers = Array.from(row, (logit) => Math.exp(inverse * (logit - largest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
