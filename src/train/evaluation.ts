import * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { batches, withInput } from './batches.js';
import type { PredictionOutput } from './evaluationMetrics.js';
import type { FeatureReader } from './featureReaders.js';
import type { TrainableModel } from './model.js';
import type { Objective } from './objective.js';

/** Settings of a prediction. */
export interface PredictOptions {
  /** Told of the clips that are done, or left out, batch by batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

interface PredictSetup extends PredictOptions {
  readonly batchSize: number;
  readonly reader: FeatureReader;
  readonly objective: Objective;
}

/** Runs the model over a data set without training it. */
export async function predict(
  model: TrainableModel,
  dataset: AudioDataset,
  { batchSize, reader, objective, onProgress }: PredictSetup,
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
  const { batchesAhead } = reader;
  const read = (index: number) => reader.read(index);
  for await (const batch of batches(dataset, { order, batchSize, read, batchesAhead })) {
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
    await platform.nextTurn();
    output.predictions.push(...rows.map((row) => row.indexOf(Math.max(...row))));
    onProgress?.(batch.end, dataset.length);
  }
  if (output.ids.length === 0) throw new TrainingError(`${dataset.name} has no clip that can be read.`);
  output.loss /= output.ids.length;
  output.skipped.push(...reader.skipped);
  output.runtime = (performance.now() - begun) / 1000;
  return output;
}
