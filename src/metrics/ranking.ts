/** Metrics of scores rather than of decisions: is the right class near the top, are the right examples near the top. */

import { checkBinary, checkCount, checkFinite, checkIntegers, checkSameLength, checkScores } from './checks.js';

/** Options of {@link topKAccuracy}. */
export interface TopKAccuracyOptions {
  /** How many of the highest scores count as a hit. Default 2, as in scikit-learn. */
  k?: number;
}

/**
 * The share of examples whose true class is among the k highest scores (scikit-learn's `top_k_accuracy_score` with
 * `labels` = all columns). Of equal scores the class with the higher id ranks first, as it does there.
 *
 * @param yTrue true class ids, integers in [0, classes)
 * @param scores `[examples, classes]`: logits or probabilities, only their order counts
 * @returns a number in [0, 1]; 1 when k is at least the number of classes
 * @throws RangeError for arrays that are empty or of different lengths, rows of different lengths, scores that are not
 * finite, class ids without a column, and a k that is not a positive integer
 * @example
 * ```ts
 * topKAccuracy([2, 0], [[0.1, 0.5, 0.4], [0.2, 0.3, 0.5]], { k: 2 }); // 0.5
 * ```
 */
export function topKAccuracy(
  yTrue: ArrayLike<number>,
  scores: ArrayLike<ArrayLike<number>>,
  { k = 2 }: TopKAccuracyOptions = {},
): number {
  checkCount(k, 'k');
  checkSameLength(yTrue, 'yTrue', scores, 'scores');
  checkIntegers(yTrue, 'yTrue');
  const classes = checkScores(scores, 'scores');
  for (let i = 0; i < yTrue.length; i++) {
    if (yTrue[i]! < 0 || yTrue[i]! >= classes) {
      throw new RangeError(`yTrue must be in [0, ${classes}), one column of scores for each class, got ${yTrue[i]}`);
    }
  }

  let hits = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const row = scores[i]!;
    const truth = yTrue[i]!;
    let ahead = 0;
    for (let j = 0; j < classes; j++) {
      if (row[j]! > row[truth]! || (row[j] === row[truth] && j > truth)) ahead++;
    }
    if (ahead < k) hits++;
  }
  return hits / yTrue.length;
}

/**
 * Average precision of one class (scikit-learn's `average_precision_score`): the area under the precision-recall steps,
 * Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores from the highest down, without interpolation.
 *
 * @param yTrue 1 where the class is present, 0 where not
 * @param scores the score of the class for each example; only their order counts
 * @returns a number in [0, 1]; 0 when no example is positive, as in scikit-learn
 * @throws RangeError for arrays that are empty or of different lengths, targets other than 0 and 1, and scores that are
 * not finite
 * @example
 * ```ts
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.8333…
 * ```
 */
export function averagePrecision(yTrue: ArrayLike<number>, scores: ArrayLike<number>): number {
  checkSameLength(yTrue, 'yTrue', scores, 'scores');
  checkBinary(yTrue, 'yTrue');
  checkFinite(scores, 'scores');

  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let seen = 0;
  let positives = 0;
  let positivesBefore = 0;
  let area = 0;
  for (const index of order) {
    seen++;
    positives += yTrue[index]!;
    // Examples with the same score enter together: no threshold can part them.
    if (seen < order.length && scores[order[seen]!] === scores[index]) continue;
    area += (positives - positivesBefore) * (positives / seen);
    positivesBefore = positives;
  }
  return positives === 0 ? 0 : area / positives;
}

/**
 * Mean average precision (mAP), the metric of AudioSet: {@link averagePrecision} of each class, averaged over the classes
 * that have at least one positive example. A class without any has no average precision and is left out, where
 * scikit-learn's `average_precision_score(average="macro")` would count it as 0.
 *
 * @param targets `[examples, classes]` of 0 and 1; several classes of one example may be 1
 * @param scores `[examples, classes]`: logits or probabilities, only their order within a class counts
 * @returns a number in [0, 1]
 * @throws RangeError for arrays that are empty or of different shapes, targets other than 0 and 1, scores that are not
 * finite, and when no class has a positive example
 * @example
 * ```ts
 * meanAveragePrecision([[1, 0], [0, 1], [1, 1]], [[0.9, 0.2], [0.6, 0.7], [0.5, 0.8]]); // 0.9166…
 * ```
 */
export function meanAveragePrecision(
  targets: ArrayLike<ArrayLike<number>>,
  scores: ArrayLike<ArrayLike<number>>,
): number {
  const precisions = averagePrecisionByClass(targets, scores).filter((precision) => !Number.isNaN(precision));
  if (precisions.length === 0) {
    throw new RangeError('meanAveragePrecision is not defined: no class has a positive example in targets');
  }
  return precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length;
}

/**
 * {@link averagePrecision} of each class.
 *
 * @param targets `[examples, classes]` of 0 and 1; several classes of one example may be 1
 * @param scores `[examples, classes]`: logits or probabilities, only their order within a class counts
 * @returns a number in [0, 1] for each class, NaN for one without a positive example, [classes]
 * @throws RangeError for arrays that are empty or of different shapes, targets other than 0 and 1, and scores that are not
 * finite
 * @example
 * ```ts
 * averagePrecisionByClass([[1, 0], [0, 1], [1, 1]], [[0.9, 0.2], [0.6, 0.7], [0.5, 0.8]]); // [0.8333…, 1]
 * ```
 */
export function averagePrecisionByClass(
  targets: ArrayLike<ArrayLike<number>>,
  scores: ArrayLike<ArrayLike<number>>,
): number[] {
  checkSameLength(targets, 'targets', scores, 'scores');
  const classes = checkScores(scores, 'scores');
  const targetClasses = checkScores(targets, 'targets');
  if (targetClasses !== classes) {
    throw new RangeError(`targets and scores must have the same classes, got ${targetClasses} and ${classes} columns`);
  }
  for (let i = 0; i < targets.length; i++) checkBinary(targets[i]!, `targets[${i}]`);

  const column = (rows: ArrayLike<ArrayLike<number>>, j: number): number[] => Array.from(rows, (row) => row[j]!);
  return Array.from({ length: classes }, (_, j) => {
    const yTrue = column(targets, j);
    return yTrue.includes(1) ? averagePrecision(yTrue, column(scores, j)) : Number.NaN;
  });
}
