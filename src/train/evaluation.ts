import * as tf from '@tensorflow/tfjs-core';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { accuracy, balancedAccuracy, classificationReport } from '../metrics/index.js';
import { batches, type FeatureReader, withTensors } from './batches.js';
import type { TrainableModel } from './model.js';

/** What a model says of every clip of a data set, in the data set's order. Plain data. */
export interface PredictionOutput {
  /** Names of the clips. */
  ids: string[];
  /** True class of each clip. */
  labels: number[];
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
  /** Seconds it took. */
  evalRuntime: number;
  evalSamplesPerSecond: number;
}

/** Mean loss of a batch, [batch, labels] and [batch] -> scalar. */
export type LossFunction = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

/** Runs the model over a data set without training it. */
export async function predict(
  model: TrainableModel,
  dataset: AudioDataset,
  options: { batchSize: number; read: FeatureReader; loss: LossFunction; skipped: SkippedRecording[] },
): Promise<PredictionOutput> {
  const begun = performance.now();
  const output: PredictionOutput = {
    ids: [],
    labels: [],
    predictions: [],
    logits: [],
    loss: 0,
    skipped: options.skipped,
    runtime: 0,
  };
  const order = Array.from({ length: dataset.length }, (_, index) => index);
  for await (const batch of batches(dataset, order, options.batchSize, options.read)) {
    const [logits, loss] = withTensors(batch, (inputValues, labels) => {
      const { logits } = model.forward(inputValues, { training: false });
      return [logits, options.loss(logits, labels)];
    }) as [tf.Tensor2D, tf.Scalar];
    const rows = (await logits.array()) as number[][];
    output.loss += (await loss.data())[0]! * batch.ids.length;
    tf.dispose([logits, loss]);
    output.ids.push(...batch.ids);
    output.labels.push(...batch.labels);
    output.logits.push(...rows);
    output.predictions.push(...rows.map((row) => row.indexOf(Math.max(...row))));
  }
  if (output.ids.length === 0) throw new TrainingError(`${dataset.name} has no clip that can be read.`);
  output.loss /= output.ids.length;
  output.runtime = (performance.now() - begun) / 1000;
  return output;
}

/** Loss, accuracy, balanced accuracy and macro F1 of predictions. */
export function summarize({ labels, predictions, loss, runtime }: PredictionOutput): EvaluationMetrics {
  return {
    evalLoss: loss,
    evalAccuracy: accuracy(labels, predictions),
    evalBalancedAccuracy: balancedAccuracy(labels, predictions),
    evalMacroF1: classificationReport(labels, predictions).macroAvg.f1Score,
    evalRuntime: runtime,
    evalSamplesPerSecond: labels.length / runtime,
  };
}
