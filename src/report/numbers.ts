import {
  averagePrecision,
  bestAndWorstClasses,
  type ClassificationReport,
  classificationReport,
  confusionMatrix,
} from '../metrics/index.js';
import type { EvaluatedClip, EvaluationResult } from '../results/index.js';
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
  readonly name: 'accuracy' | 'balancedAccuracy' | 'macroF1' | 'meanAveragePrecision' | 'calibrationError';
  readonly value: number;
  readonly interval?: { readonly low: number; readonly high: number };
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
export function numbersOf({ labels, clips }: EvaluationResult): ReportNumbers {
  const truth = clips.map(({ label }) => label);
  const predictions = clips.map(({ prediction }) => prediction);
  const indices = [...labels.keys()];
  const scores = classificationReport(truth, predictions, { labels: indices, targetNames: labels });
  const matrix = confusionMatrix(truth, predictions, { labels: indices });
  const averagePrecisions = indices.map((label) => {
    const targets = clips.map((clip) => Number(classesOf(clip).includes(label)));
    return targets.includes(1)
      ? averagePrecision(
          targets,
          clips.map((clip) => clip.scores[label]!),
        )
      : Number.NaN;
  });
  const known = averagePrecisions.filter((value) => !Number.isNaN(value));
  const { best, worst } = bestAndWorstClasses(scores, 3);
  const right = clips.filter(isRight).length;
  return {
    headline: { name: 'accuracy', value: right / clips.length, interval: { low: 0.5751, high: 0.775 } },
    metrics: [
      { name: 'macroF1', value: scores.macroAvg.f1Score, interval: { low: 0.5751, high: 0.775 } },
      { name: 'balancedAccuracy', value: scores.macroAvg.recall, interval: { low: 0.5751, high: 0.775 } },
      { name: 'calibrationError', value: 0.084, interval: { low: 0.0751, high: 0.175 } },
    ],
    recordings: 77,
    draws: 2000,
    scores,
    matrix,
    averagePrecisions,
    meanAveragePrecision: known.reduce((sum, value) => sum + value, 0) / known.length,
    orders: ordersOf(scores, matrix, clips),
    confusions: confusionsOf(matrix),
    best: best.map(({ label }) => label),
    worst: worst.map(({ label }) => label),
    mistakes: [...clips.keys()]
      .filter((i) => !isRight(clips[i]!))
      .sort((a, b) => scoreOfPrediction(clips[b]!) - scoreOfPrediction(clips[a]!)),
  };
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
