import * as tf from '@tensorflow/tfjs-core';
import type { MelSpectrogram } from '../audio/index.js';
import type { AudioDataset } from '../datasets/index.js';
import { readAhead } from '../datasets/readAhead.js';
import { stackSpectrograms } from '../ops/index.js';
import type { FeatureReader } from './featureReaders.js';

/** Clips that go through the model together. */
export interface Batch {
  ids: string[];
  /** Class of each clip; the first of them where it has several. */
  labels: number[];
  /** All classes of each clip. */
  classes: (readonly number[])[];
  features: MelSpectrogram[];
}

/**
 * Batches in the given order; the last may be smaller, and one without a readable clip is left out. The reader says how
 * many batches are read before their turn.
 */
export async function* batches(
  dataset: AudioDataset,
  order: readonly number[],
  batchSize: number,
  { read, batchesAhead }: FeatureReader,
): AsyncGenerator<Batch> {
  let batch: Batch = { ids: [], labels: [], classes: [], features: [] };
  let position = 0;
  for await (const features of readAhead(order, batchesAhead * batchSize, read)) {
    const index = order[position++]!;
    if (features) {
      batch.ids.push(dataset.idOf(index));
      batch.labels.push(dataset.labelOf(index));
      batch.classes.push(dataset.labelsOf?.(index) ?? [dataset.labelOf(index)]);
      batch.features.push(features);
    }
    if (position % batchSize > 0 && position < order.length) continue;
    if (batch.ids.length > 0) yield batch;
    batch = { ids: [], labels: [], classes: [], features: [] };
  }
}

/** Collects up to `size` items at a time. */
export async function* groups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Class indices, [batch] of int32; or for sounds with several labels each, 0s and 1s, [batch, labels]. */
export type Targets = tf.Tensor1D | tf.Tensor2D;

/** What a model is to say of a batch. `severalLabels`: the number of classes, where a sound can have several. */
export function targetsOf(batch: Batch, severalLabels: number | undefined): Targets {
  if (severalLabels === undefined) return tf.tensor1d(batch.labels, 'int32');
  const rows = batch.classes.map((classes) =>
    Array.from({ length: severalLabels }, (_, label) => Number(classes.includes(label))),
  );
  return tf.tensor2d(rows, [rows.length, severalLabels], 'float32');
}

/** Runs `use` with the batch's features as a tensor [batch, frames, bins]; what it does not return is disposed. */
export function withInput<T extends tf.TensorContainer>(batch: Batch, use: (inputValues: tf.Tensor3D) => T): T {
  return tf.tidy(() => use(stackSpectrograms(batch.features)));
}
