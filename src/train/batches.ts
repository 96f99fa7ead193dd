import * as tf from '@tensorflow/tfjs-core';
import type { MelSpectrogram } from '../audio/index.js';
import type { AudioDataset } from '../datasets/index.js';
import { readAhead } from '../datasets/readAhead.js';
import { stackSpectrograms } from '../ops/index.js';

/** Clips that go through the model together. */
export interface Batch {
  readonly ids: readonly string[];
  /** Class of each clip; the first of them where it has several. */
  readonly labels: readonly number[];
  /** All classes of each clip. */
  readonly classes: readonly (readonly number[])[];
  readonly features: readonly MelSpectrogram[];
  /** How much of each class a clip is, [labels] for each, where clips were mixed. */
  readonly mixed?: readonly Float32Array[];
  /** How far in the order of the clips the batch ends. */
  readonly end: number;
}

/** Which clips, in batches of how many, and how to get them. */
interface BatchesOptions {
  /** Indices of clips. */
  readonly order: readonly number[];
  readonly batchSize: number;
  /** Where in `order` to begin, at the end of a batch. Default 0. */
  readonly from?: number;
  /** Features of a clip, by its index and its place in `order`; `undefined` leaves it out. */
  readonly read: (index: number, place: number) => Promise<MelSpectrogram | undefined>;
  /** How many batches are read before their turn. */
  readonly batchesAhead: number;
}

/** Batches in the given order; the last may be smaller, and one without a readable clip is left out. */
export async function* batches(
  dataset: AudioDataset,
  { order, batchSize, from = 0, read, batchesAhead }: BatchesOptions,
): AsyncGenerator<Batch> {
  const places = Array.from({ length: order.length - from }, (_, i) => from + i);
  let clips: [index: number, features: MelSpectrogram][] = [];
  let end = from;
  for await (const features of readAhead(places, batchesAhead * batchSize, (place) => read(order[place]!, place))) {
    if (features) clips.push([order[end]!, features]);
    end++;
    if (end % batchSize > 0 && end < order.length) continue;
    if (clips.length > 0) yield toBatch(dataset, clips, end);
    clips = [];
  }
}

function toBatch(
  dataset: AudioDataset,
  clips: readonly [index: number, features: MelSpectrogram][],
  end: number,
): Batch {
  const indices = clips.map(([index]) => index);
  return {
    ids: indices.map((index) => dataset.idOf(index)),
    labels: indices.map((index) => dataset.labelOf(index)),
    classes: indices.map((index) => dataset.labelsOf?.(index) ?? [dataset.labelOf(index)]),
    features: clips.map(([, features]) => features),
    end,
  };
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

/** A batch in parts of up to `size` clips, in order. */
export function splitBatch(batch: Batch, size: number): Batch[] {
  if (size >= batch.ids.length) return [batch];
  return Array.from({ length: Math.ceil(batch.ids.length / size) }, (_, part) => {
    const [start, end] = [part * size, (part + 1) * size];
    return {
      ids: batch.ids.slice(start, end),
      labels: batch.labels.slice(start, end),
      classes: batch.classes.slice(start, end),
      features: batch.features.slice(start, end),
      mixed: batch.mixed?.slice(start, end),
      end: batch.end,
    };
  });
}

/** Class indices, [batch] of int32; or a number for each class, [batch, labels]: 0s and 1s for sounds with several labels, shares for mixed ones. */
export type Targets = tf.Tensor1D | tf.Tensor2D;

/** What a model is to say of a batch. `severalLabels`: the number of classes, where a sound can have several. */
export function targetsOf(batch: Batch, severalLabels: number | undefined): Targets {
  if (!batch.mixed && severalLabels === undefined) return tf.tensor1d([...batch.labels], 'int32');
  const rows = batch.mixed ?? batch.classes.map((classes) => hotTarget(classes, severalLabels!));
  return tf.tensor2d(
    rows.map((row) => [...row]),
    [rows.length, rows[0]!.length],
    'float32',
  );
}

/** 1 for a clip's classes, 0 for all others, [labels]. */
export function hotTarget(classes: readonly number[], labels: number): Float32Array {
  return Float32Array.from({ length: labels }, (_, label) => Number(classes.includes(label)));
}

/** Runs `use` with the batch's features as a tensor [batch, frames, bins]; what it does not return is disposed. */
export function withInput<T extends tf.TensorContainer>(batch: Batch, use: (inputValues: tf.Tensor3D) => T): T {
  return tf.tidy(() => use(stackSpectrograms(batch.features)));
}
