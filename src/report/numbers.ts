import {
  applyTemperature,
  averagePrecisionByClass,
  bestAndWorstClasses,
  type ClassificationReport,
  expectedCalibrationError,
  type ReliabilityDiagram,
  temperatureScaling,
} from '../metrics/index.js';
import {
  calibrationOf,
  confidenceIntervals,
  confusionMatrixOf,
  type EvaluatedClip,
  type EvaluationColumns,
  type EvaluationResult,
  predictionsOf,
  reportOf,
  type SummaryMetrics,
} from '../results/index.js';
import { similarityOrder } from './similarityOrder.js';

/** A kind of mistake, by the indices of its classes. */
export interface Confusion {
  readonly truth: number;
  readonly prediction: number;
  readonly count: number;
  /** Share of the clips of `truth`. */
  readonly rate: number;
}

/** Orders of the classes for the confusion matrix. */
export interface ClassOrders {
  readonly dataset: readonly number[];
  readonly recall: readonly number[];
  readonly similarity: readonly number[];
}

/** A figure for the whole result, with its 95 % interval. */
export interface Metric {
  readonly name: keyof SummaryMetrics | 'calibrationError';
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** What the report says of a result, as numbers. */
export interface ReportNumbers {
  /** Accuracy; where sounds have several classes, mean average precision. */
  readonly headline: Metric;
  /** The figures beside it. */
  readonly metrics: readonly Metric[];
  /** What the intervals were drawn from: recordings, and how often. */
  readonly recordings: number;
  readonly draws: number;
  readonly scores: ClassificationReport;
  /** Counts, [labels, labels], row = truth. */
  readonly matrix: readonly (readonly number[])[];
  /** Of every class; NaN for one without clips, [labels]. */
  readonly averagePrecisions: readonly number[];
  /** Mean over the classes with clips. */
  readonly meanAveragePrecision: number;
  readonly calibration: {
    readonly diagram: ReliabilityDiagram;
    /** The temperature that fits best, and the expected calibration error with it. */
    readonly temperature?: { readonly value: number; readonly afterwards: number };
  };
  readonly orders: ClassOrders;
  readonly confusions: readonly Confusion[];
  /** Indices of the best and of the worst classes by F1. */
  readonly best: readonly number[];
  readonly worst: readonly number[];
  /** Indices of the clips that the model has wrong, the surest mistakes first. */
  readonly mistakes: readonly number[];
}

/** More classes than this make a matrix that nobody can read. */
const MOST_CLASSES = 60;

/** All true classes of a clip. */
export const classesOf = ({ label, classes }: EvaluatedClip): readonly number[] => classes ?? [label];

/** Whether the class with the largest score is among the true ones. */
export const isRight = (clip: EvaluatedClip): boolean => classesOf(clip).includes(clip.prediction);

/** Computes what the report says, from the clips alone. */
export function numbersOf(result: EvaluationResult): ReportNumbers {
  const { clips, problemType } = result;
  const scores = reportOf(result);
  const matrix = confusionMatrixOf(result);
  const { targets, logits, labels } = predictionsOf(result);
  const intervals = confidenceIntervals(result);
  const metric = (name: keyof SummaryMetrics): Metric => ({ name, ...intervals[name] });
  const hasOneLabel = problemType === 'single_label_classification';
  const calibration = calibrationOf(result, { bins: 10 });
  const { best, worst } = bestAndWorstClasses(scores, 3);
  return {
    headline: metric(hasOneLabel ? 'accuracy' : 'meanAveragePrecision'),
    metrics: [
      metric('macroF1'),
      metric('balancedAccuracy'),
      ...(hasOneLabel ? [metric('meanAveragePrecision')] : []),
      { name: 'calibrationError', value: calibration.expectedCalibrationError },
    ],
    recordings: intervals.recordings,
    draws: intervals.resamples,
    scores,
    matrix,
    averagePrecisions: averagePrecisionByClass(targets, logits),
    meanAveragePrecision: intervals.meanAveragePrecision.value,
    calibration: {
      diagram: calibration,
      ...(hasOneLabel && temperatureOf(logits, labels)),
    },
    orders: ordersOf(scores, matrix, clips),
    confusions: confusionsOf(matrix),
    best: best.map(({ label }) => label),
    worst: worst.map(({ label }) => label),
    mistakes: [...clips.keys()]
      .filter((i) => !isRight(clips[i]!))
      .sort((a, b) => scoreOfPrediction(clips[b]!) - scoreOfPrediction(clips[a]!)),
  };
}

/** The temperature that fits the logits best, and the calibration error that it leaves. */
function temperatureOf(logits: EvaluationColumns['logits'], labels: readonly number[]) {
  const { temperature } = temperatureScaling(logits, labels);
  const afterwards = expectedCalibrationError(labels, applyTemperature(logits, temperature), { bins: 10 });
  return { temperature: { value: temperature, afterwards } };
}

const scoreOfPrediction = ({ scores, prediction }: EvaluatedClip): number => scores[prediction]!;

function confusionsOf(matrix: readonly (readonly number[])[]): Confusion[] {
  return matrix
    .flatMap((row, truth) => {
      const support = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, prediction) => ({ truth, prediction, count, rate: count / support }));
    })
    .filter(({ truth, prediction, count }) => truth !== prediction && count > 0)
    .sort((a, b) => b.count - a.count || b.rate - a.rate);
}

/** Orders of the classes that occur; of very many, those that are mixed up most. */
function ordersOf(
  { classes }: ClassificationReport,
  matrix: readonly (readonly number[])[],
  clips: readonly EvaluatedClip[],
): ClassOrders {
  const column = (j: number): number => matrix.reduce((sum, row) => sum + row[j]!, 0);
  const mistakes = (i: number): number => classes[i]!.support + column(i) - 2 * matrix[i]![i]!;
  const occurring = [...classes.keys()].filter((i) => classes[i]!.support > 0 || column(i) > 0);
  const dataset =
    occurring.length <= MOST_CLASSES
      ? occurring
      : [...occurring]
          .sort((a, b) => mistakes(b) - mistakes(a))
          .slice(0, MOST_CLASSES)
          .sort((a, b) => a - b);
  const scores = meanScores(clips, dataset);
  const similarity = dataset.map((_, i) => dataset.map((_, j) => scores[i]![j]! + scores[j]![i]!));
  return {
    dataset,
    recall: [...dataset].sort((a, b) => classes[b]!.recall - classes[a]!.recall || a - b),
    similarity: similarityOrder(similarity).map((i) => dataset[i]!),
  };
}

/** What score the clips of a class (row) get for the classes (columns), on average; 0 for a class without clips. */
function meanScores(clips: readonly EvaluatedClip[], chosen: readonly number[]): number[][] {
  return chosen.map((truth) => {
    const own = clips.filter(({ label }) => label === truth);
    return chosen.map((label) => own.reduce((sum, { scores }) => sum + scores[label]!, 0) / Math.max(1, own.length));
  });
}
