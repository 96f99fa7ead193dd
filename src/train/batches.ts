import * as tf from '@tensorflow/tfjs-core';
import type { MelSpectrogram } from '../audio/index.js';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { AudioInputError, DatasetError } from '../errors.js';
import { stackSpectrograms } from '../ops/index.js';
import type { FeatureExtractor } from './model.js';

/** Clips that go through the model together. */
export interface Batch {
  ids: string[];
  /** Class of each clip; the first of them where it has several. */
  labels: number[];
  /** All classes of each clip. */
  classes: (readonly number[])[];
  features: MelSpectrogram[];
}

/** Features of a data set's clips, by index; `undefined` for a recording that was skipped. */
export type FeatureReader = (index: number) => Promise<MelSpectrogram | undefined>;

/** Decodes and extracts on demand; `cache` keeps what was extracted. Skipped recordings are put on `skipped`, each once. */
export function featureReader(
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  { cache, onUnreadable, skipped }: { cache: boolean; onUnreadable: 'throw' | 'skip'; skipped: SkippedRecording[] },
): FeatureReader {
  const kept = new Map<number, MelSpectrogram>();
  const unreadable = new Set<number>();
  return async (index) => {
    const known = kept.get(index);
    if (known || unreadable.has(index)) return known;
    try {
      const features = await extract(dataset, index, extractor);
      if (cache) kept.set(index, features);
      return features;
    } catch (error) {
      if (onUnreadable !== 'skip' || !(error instanceof DatasetError)) throw error;
      unreadable.add(index);
      skipped.push({ id: dataset.idOf(index), reason: error.message });
      return undefined;
    }
  };
}

/** Features of one recording. One that decodes but is no sound (empty, not finite) is unreadable too, by its name. */
async function extract(dataset: AudioDataset, index: number, extractor: FeatureExtractor): Promise<MelSpectrogram> {
  const { waveform } = await dataset.get(index);
  try {
    return extractor.extract(waveform);
  } catch (cause) {
    if (!(cause instanceof AudioInputError)) throw cause;
    throw new DatasetError(`The recording ${dataset.idOf(index)} of ${dataset.name} cannot be used: ${cause.message}`, {
      cause,
    });
  }
}

/** Batches in the given order; the last may be smaller, and one without a readable clip is left out. */
export async function* batches(
  dataset: AudioDataset,
  order: readonly number[],
  batchSize: number,
  read: FeatureReader,
): AsyncGenerator<Batch> {
  for (let start = 0; start < order.length; start += batchSize) {
    const batch: Batch = { ids: [], labels: [], classes: [], features: [] };
    for (const index of order.slice(start, start + batchSize)) {
      const features = await read(index);
      if (!features) continue;
      batch.ids.push(dataset.idOf(index));
      batch.labels.push(dataset.labelOf(index));
      batch.classes.push(dataset.labelsOf?.(index) ?? [dataset.labelOf(index)]);
      batch.features.push(features);
    }
    if (batch.ids.length > 0) yield batch;
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
