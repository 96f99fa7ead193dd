/** Whether scores are what they say: of sounds with a score of 0.8, are 80 % right? */

import { checkBinary, checkCount, checkFinite, checkIntegers, checkSameLength, checkScores } from './checks.js';

/** Options of {@link reliabilityDiagram} and {@link expectedCalibrationError}. */
export interface CalibrationOptions {
  /** How many bins of equal width divide (0, 1]. Default 15, as in Guo et al. */
  readonly bins?: number;
}

/** Examples whose confidence lies in one range. */
export interface ReliabilityBin {
  /** The range is (low, high]; that of the first bin has 0 too. */
  readonly low: number;
  readonly high: number;
  /** How many examples. */
  readonly count: number;
  /** Their mean confidence; NaN where there are none. */
  readonly confidence: number;
  /** The share of them that is right; NaN where there are none. */
  readonly accuracy: number;
}

/** What {@link reliabilityDiagram} gives. */
export interface ReliabilityDiagram {
  /** From the least confidence to the largest, empty ones included. */
  readonly bins: readonly ReliabilityBin[];
  /** Mean distance of confidence and accuracy over the examples, in [0, 1]. */
  readonly expectedCalibrationError: number;
  /** The largest distance in a bin, in [0, 1]. */
  readonly maximumCalibrationError: number;
}

/**
 * Confidence against accuracy, bin by bin (Guo et al. 2017, "On Calibration of Modern Neural Networks"). The confidence of an
 * example is its largest score, and it is right when that is the score of its class.
 *
 * @param labels true class ids, integers in [0, classes)
 * @param scores probabilities in [0, 1], `[examples, classes]`
 * @throws RangeError for arrays that are empty or of different lengths, scores outside [0, 1], class ids without a column, and
 * `bins` that is not a positive integer
 * @example
 * ```ts
 * for (const { low, high, count, accuracy } of reliabilityDiagram(labels, scores, { bins: 10 }).bins)
 *   console.log(low, high, count, accuracy);
 * ```
 */
export function reliabilityDiagram(
  labels: ArrayLike<number>,
  scores: ArrayLike<ArrayLike<number>>,
  options: CalibrationOptions = {},
): ReliabilityDiagram {
  checkClassScores(labels, scores, 'scores');
  const tops = Array.from(scores, (row) => largestOf(row));
  return binaryReliabilityDiagram(
    tops.map(({ index }, i) => Number(index === labels[i])),
    tops.map(({ value }) => value),
    options,
  );
}

/**
 * The same for questions with a yes or no, such as each label of sounds with several: the score against the share of examples
 * for which the answer is yes (scikit-learn's `calibration_curve`, with the counts).
 *
 * @param outcomes 1 for yes, 0 for no
 * @param scores the probability of yes, in [0, 1]
 * @throws RangeError for arrays that are empty or of different lengths, values out of range, and `bins` that is not a positive
 * integer
 * @example
 * ```ts
 * const { expectedCalibrationError } = binaryReliabilityDiagram(targets.flat(), scores.flat());
 * ```
 */
export function binaryReliabilityDiagram(
  outcomes: ArrayLike<number>,
  scores: ArrayLike<number>,
  { bins: count = 15 }: CalibrationOptions = {},
): ReliabilityDiagram {
  checkCount(count, 'bins');
  checkSameLength(outcomes, 'outcomes', scores, 'scores');
  checkBinary(outcomes, 'outcomes');
  checkProbabilities(scores, 'scores');
  const sums = Array.from({ length: count }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < scores.length; i++) {
    const sum = sums[Math.max(Math.ceil(scores[i]! * count) - 1, 0)]!;
    sum.count++;
    sum.confidence += scores[i]!;
    sum.right += outcomes[i]!;
  }
  const bins = sums.map((sum, i) => ({
    low: i / count,
    high: (i + 1) / count,
    count: sum.count,
    confidence: sum.confidence / sum.count,
    accuracy: sum.right / sum.count,
  }));
  const filled = bins.filter((bin) => bin.count > 0);
  const distances = filled.map(({ confidence, accuracy }) => Math.abs(confidence - accuracy));
  return {
    bins,
    expectedCalibrationError: filled.reduce((sum, bin, i) => sum + (bin.count / scores.length) * distances[i]!, 0),
    maximumCalibrationError: Math.max(...distances),
  };
}

/**
 * Expected calibration error (Naeini et al. 2015): by how much confidence and accuracy differ, mean over the examples, from
 * bins of equal width. Depends on the number of bins, and is above 0 by chance alone: the more so, the fewer examples there are.
 *
 * @param labels true class ids, integers in [0, classes)
 * @param scores probabilities in [0, 1], `[examples, classes]`
 * @returns a number in [0, 1]
 * @throws RangeError as {@link reliabilityDiagram}
 * @example
 * ```ts
 * expectedCalibrationError([0, 1], [[0.9, 0.1], [0.9, 0.1]]); // 0.4: confidence 0.9, accuracy 0.5
 * ```
 */
export const expectedCalibrationError = (
  labels: ArrayLike<number>,
  scores: ArrayLike<ArrayLike<number>>,
  options: CalibrationOptions = {},
): number => reliabilityDiagram(labels, scores, options).expectedCalibrationError;

/**
 * The Brier score (1950): the mean over the examples of the squared distances of all scores from 1 for the true class, and 0 for
 * the others. 0 is perfect, 2 the worst. (scikit-learn's `brier_score_loss` of two classes is half of it.)
 *
 * @param labels true class ids, integers in [0, classes)
 * @param scores probabilities in [0, 1], `[examples, classes]`
 * @throws RangeError as {@link reliabilityDiagram}
 * @example
 * ```ts
 * brierScore([0], [[0.8, 0.2]]); // 0.08
 * ```
 */
export function brierScore(labels: ArrayLike<number>, scores: ArrayLike<ArrayLike<number>>): number {
  checkClassScores(labels, scores, 'scores');
  const distances = Array.from(scores, (row, i) =>
    Array.from(row).reduce((sum, score, label) => sum + (score - Number(label === labels[i])) ** 2, 0),
  );
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}

function checkProbabilities(values: ArrayLike<number>, name: string): void {
  checkFinite(values, name);
  for (let i = 0; i < values.length; i++)
    if (values[i]! < 0 || values[i]! > 1)
      throw new RangeError(
        `${name} must be probabilities in [0, 1], got ${values[i]} at index ${i}; apply softmax first`,
      );
}

function checkClassScores(labels: ArrayLike<number>, scores: ArrayLike<ArrayLike<number>>, name: string): void {
  checkLabelledRows(labels, scores, name);
  for (let i = 0; i < scores.length; i++) checkProbabilities(scores[i]!, `${name}[${i}]`);
}

/** Rows of numbers, and a class for each row that has a column in it. */
export function checkLabelledRows(labels: ArrayLike<number>, rows: ArrayLike<ArrayLike<number>>, name: string): void {
  checkSameLength(labels, 'labels', rows, name);
  checkIntegers(labels, 'labels');
  const classes = checkScores(rows, name);
  for (let i = 0; i < labels.length; i++)
    if (labels[i]! < 0 || labels[i]! >= classes)
      throw new RangeError(`labels must be in [0, ${classes}), one column of ${name} for each class, got ${labels[i]}`);
}

function largestOf(row: ArrayLike<number>): { index: number; value: number } {
  let index = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[index]!) index = i;
  return { index, value: row[index]! };
}
