import { checkPredictions } from './checks.js';
import { chosenLabels, presentLabels } from './labels.js';
import { pairwiseSum } from './pairwiseSum.js';
import { formatReport } from './reportText.js';
import { type AverageScores, type ClassificationReport, type ClassScores, f1Of } from './scores.js';

/** Options of {@link classificationReport}, with scikit-learn's names and defaults. */
export interface ClassificationReportOptions {
  /** Class ids to report, in this order. Default: every id that occurs, sorted. */
  labels?: ArrayLike<number>;
  /** A name for each of the labels. Default: the ids. */
  targetNames?: readonly string[];
  /** Decimals in the text, 0 to 99; the data are not rounded. Default 2. */
  digits?: number;
  /** The value of a precision or recall whose denominator is zero. Default 0. */
  zeroDivision?: 0 | 1;
}

/** The counts behind precision and recall: right, predicted and true examples of a class. */
interface Counts {
  correct: number;
  predicted: number;
  support: number;
}

/**
 * Precision, recall, F1 and support by class, with accuracy and averages: scikit-learn's `classification_report`, as data
 * and, through `String(report)`, as its text. Follows scikit-learn 1.2: where `labels` names other classes than those
 * that occur, the micro average takes the place of accuracy.
 *
 * @param yTrue true class ids, integers
 * @param yPred predicted class ids, integers, as many
 * @throws RangeError for arrays that are empty, of different lengths or not integer, labels that repeat, a number of
 * `targetNames` other than that of the labels, and `digits` or `zeroDivision` out of range
 * @example
 * ```ts
 * const report = classificationReport([0, 0, 1, 1], [0, 1, 1, 1], { targetNames: ['rain', 'wind'] });
 * report.accuracy; // 0.75
 * report.classes[1]; // { label: 1, name: 'wind', precision: 0.666…, recall: 1, f1Score: 0.8, support: 2 }
 * console.log(String(report));
 * ```
 */
export function classificationReport(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  checkPredictions(yTrue, yPred);
  const { digits = 2, zeroDivision = 0 } = options;
  if (!Number.isInteger(digits) || digits < 0 || digits > 99) {
    throw new RangeError(`digits must be an integer from 0 to 99, got ${digits}`);
  }
  if (zeroDivision !== 0 && zeroDivision !== 1) {
    throw new RangeError(`zeroDivision must be 0 or 1, got ${zeroDivision}`);
  }
  const present = presentLabels(yTrue, yPred);
  const labels = options.labels ? chosenLabels(options.labels) : present;
  const names = options.targetNames ?? labels.map(String);
  if (names.length !== labels.length) {
    throw new RangeError(
      `targetNames must name each of the ${labels.length} labels [${labels.join(', ')}], got ${names.length} names; ` +
        'give labels as well when not every class occurs',
    );
  }

  const counts = countByClass(yTrue, yPred, labels);
  const total: Counts = {
    correct: sumOf(counts, 'correct'),
    predicted: sumOf(counts, 'predicted'),
    support: sumOf(counts, 'support'),
  };
  const classes = counts.map((count, i) => ({
    label: labels[i]!,
    name: names[i]!,
    ...scoresOf(count, zeroDivision),
  }));
  const isEveryClass = labels.length === present.length && present.every((label) => labels.includes(label));
  const micro = scoresOf(total, zeroDivision);
  const report: ClassificationReport = {
    classes,
    ...(isEveryClass ? { accuracy: micro.precision } : { microAvg: micro }),
    macroAvg: averageOf(classes, () => 1, total.support),
    // Without a single true example there is nothing to weight by, and the micro average is what is left.
    weightedAvg: total.support === 0 ? micro : averageOf(classes, ({ support }) => support, total.support),
  };
  const nothingCorrect = !Array.from(yTrue).some((label, i) => label === yPred[i]);
  const text = (): string => formatReport(report, { digits, supportAsFloat: nothingCorrect });
  return Object.defineProperty(report, 'toString', { value: text, enumerable: false });
}

function countByClass(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, labels: readonly number[]): Counts[] {
  const counts = new Map<number, Counts>(labels.map((label) => [label, { correct: 0, predicted: 0, support: 0 }]));
  for (let i = 0; i < yTrue.length; i++) {
    const truth = counts.get(yTrue[i]!);
    const prediction = counts.get(yPred[i]!);
    if (truth) truth.support++;
    if (prediction) prediction.predicted++;
    if (truth && truth === prediction) truth.correct++;
  }
  return [...counts.values()];
}

const sumOf = <Key extends string>(rows: readonly Record<Key, number>[], key: Key): number =>
  rows.reduce((sum, row) => sum + row[key], 0);

function scoresOf({ correct, predicted, support }: Counts, zeroDivision: number): AverageScores {
  const precision = predicted === 0 ? zeroDivision : correct / predicted;
  const recall = support === 0 ? zeroDivision : correct / support;
  return { precision, recall, f1Score: f1Of(precision, recall), support };
}

function averageOf(
  classes: readonly ClassScores[],
  weightOf: (scores: ClassScores) => number,
  support: number,
): AverageScores {
  const weight = pairwiseSum(classes.map(weightOf));
  const average = (key: 'precision' | 'recall' | 'f1Score'): number =>
    pairwiseSum(classes.map((scores) => scores[key] * weightOf(scores))) / weight;
  return { precision: average('precision'), recall: average('recall'), f1Score: average('f1Score'), support };
}
