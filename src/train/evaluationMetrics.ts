import type { SkippedRecording } from '../datasets/index.js';
import { accuracy, balancedAccuracy, classificationReport, meanAveragePrecision } from '../metrics/index.js';

/** What a model says of every clip of a data set, in the data set's order. Plain data. */
export interface PredictionOutput {
  /** Names of the clips. */
  ids: string[];
  /** True class of each clip; the first where it has several. */
  labels: number[];
  /** All true classes of each clip. */
  classes: number[][];
  /** Class with the largest logit. */
  predictions: number[];
  /** Scores before softmax, [clips, labels]. */
  logits: number[][];
  /** Mean loss. */
  loss: number;
  /** Recordings left out because they could not be read. */
  skipped: SkippedRecording[];
  /** Seconds it took. */
  runtime: number;
}

/** A summary of {@link PredictionOutput}. */
export interface EvaluationMetrics {
  evalLoss: number;
  evalAccuracy: number;
  /** Mean recall of the classes. */
  evalBalancedAccuracy: number;
  /** Mean F1 of the classes. */
  evalMacroF1: number;
  /** Mean average precision over the classes that occur: the measure for sounds with several labels. */
  evalMeanAveragePrecision: number;
  /** Seconds it took. */
  evalRuntime: number;
  evalSamplesPerSecond: number;
}

/** Loss, accuracy, balanced accuracy, macro F1 and mean average precision of predictions. */
export function summarize({
  labels,
  classes,
  predictions,
  logits,
  loss,
  runtime,
}: PredictionOutput): EvaluationMetrics {
  const targets = classes.map((own, row) => logits[row]!.map((_, label) => Number(own.includes(label))));
  return {
    evalLoss: loss,
    evalAccuracy: accuracy(labels, predictions),
    evalBalancedAccuracy: balancedAccuracy(labels, predictions),
    evalMacroF1: classificationReport(labels, predictions).macroAvg.f1Score,
    evalMeanAveragePrecision: meanAveragePrecision(targets, logits),
    evalRuntime: runtime,
    evalSamplesPerSecond: labels.length / runtime,
  };
}
