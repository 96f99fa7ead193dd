import * as tf from '@tensorflow/tfjs-core';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { accuracy, balancedAccuracy, classificationReport, meanAveragePrecision } from '../metrics/index.js';
import { batches, withInput } from './batches.js';
import type { FeatureReader } from './featureReaders.js';
import type { TrainableModel } from './model.js';
import type { Objective } from './objective.js';

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

/** Runs the model over a data set without training it. */
export async function predict(
  model: TrainableModel,
  dataset: AudioDataset,
  { batchSize, reader, objective }: { batchSize: number; reader: FeatureReader; objective: Objective },
): Promise<PredictionOutput> {
  const begun = performance.now();
  const output: PredictionOutput = {
    ids: [],
    labels: [],
    classes: [],
    predictions: [],
    logits: [],
    loss: 0,
    skipped: [],
    runtime: 0,
  };
  const order = Array.from({ length: dataset.length }, (_, index) => index);
  for await (const batch of batches(dataset, order, batchSize, reader)) {
    const [logits, loss] = withInput(batch, (inputValues) => {
      const { logits } = model.forward(inputValues, { training: false });
      return [logits, objective(logits, batch)];
    }) as [tf.Tensor2D, tf.Scalar];
    const rows = await logits.array();
    output.loss += (await loss.data())[0]! * batch.ids.length;
    tf.dispose([logits, loss]);
    const broken = batch.ids.filter((_, i) => !rows[i]!.every(Number.isFinite));
    if (broken.length > 0)
      throw new TrainingError(
        `The model's scores are not numbers for ${broken.join(', ')}: its parameters hold NaN or infinity.`,
      );
    output.ids.push(...batch.ids);
    output.labels.push(...batch.labels);
    output.classes.push(...batch.classes.map((classes) => [...classes]));
    output.logits.push(...rows);
    output.predictions.push(...rows.map((row) => row.indexOf(Math.max(...row))));
  }
  if (output.ids.length === 0) throw new TrainingError(`${dataset.name} has no clip that can be read.`);
  output.loss /= output.ids.length;
  output.skipped.push(...reader.skipped);
  output.runtime = (performance.now() - begun) / 1000;
  return output;
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
