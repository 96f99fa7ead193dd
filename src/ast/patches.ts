import * as tf from '@tensorflow/tfjs-core';
import { matMul } from '../ops/index.js';
import { createRandom } from '../random.js';
import { type ASTConfig, patchGrid } from './config.js';

/** How much of the patch grid a forward pass of training leaves out. */
export interface PatchoutOptions {
  /** Columns (times) to drop, fewer than the grid has. Default 0. */
  time?: number;
  /** Rows (bands of frequency) to drop, fewer than the grid has. Default 0. */
  frequency?: number;
}

/** Rows and columns of the patch grid that go through the model, each ascending. */
export interface KeptPatches {
  readonly frequency: readonly number[];
  readonly time: readonly number[];
}

/**
 * Chooses what Patchout keeps: each row and column equally likely, the same for all clips of a batch.
 *
 * @throws {RangeError} when none would be left; the message says what the grid has
 */
export function choosePatches(config: ASTConfig, patchout: PatchoutOptions, seed: number): KeptPatches {
  const grid = patchGrid(config);
  const random = createRandom([seed, 'patchout']);
  const keep = (axis: 'time' | 'frequency'): number[] => {
    const dropped = patchout[axis] ?? 0;
    if (!Number.isSafeInteger(dropped) || dropped < 0 || dropped >= grid[axis])
      throw new RangeError(
        `Patchout, ${axis}: expected an integer from 0 to ${grid[axis] - 1}, got ${dropped}; ` +
          `the patches of this model are ${grid.frequency} rows of frequency x ${grid.time} columns of time.`,
      );
    return random
      .fork(axis)
      .shuffle(range(grid[axis]))
      .slice(dropped)
      .sort((a, b) => a - b);
  };
  return { time: keep('time'), frequency: keep('frequency') };
}

/** The whole grid. */
export function allPatches(config: ASTConfig): KeptPatches {
  const { frequency, time } = patchGrid(config);
  return { frequency: range(frequency), time: range(time) };
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Overlapping square patches, frequency-major as a convolution gives them: [batch, frames, bins] -> [batch, patches, patch²]. */
export function extractPatches(inputValues: tf.Tensor3D, config: ASTConfig, kept: KeptPatches): tf.Tensor3D {
  const [batch, frames, bins] = inputValues.shape;
  const { patchSize, frequencyStride, timeStride } = config;
  const patches = kept.frequency.length * kept.time.length;
  // One gather: it needs no convolution gradient, and the spectrogram is constant.
  const indices = new Int32Array(patches * patchSize * patchSize);
  let at = 0;
  for (const f of kept.frequency)
    for (const t of kept.time)
      for (let bin = f * frequencyStride; bin < f * frequencyStride + patchSize; bin++)
        for (let frame = t * timeStride; frame < t * timeStride + patchSize; frame++)
          indices[at++] = frame * bins + bin;
  const flat = tf.reshape(inputValues, [batch, frames * bins]);
  return tf.reshape(tf.gather(flat, tf.tensor1d(indices, 'int32'), 1), [batch, patches, patchSize * patchSize]);
}

/** The position embeddings [1, 2 + all patches, hidden] of the class and distillation tokens and the kept patches. */
export function selectPositions(positions: tf.Tensor, config: ASTConfig, { frequency, time }: KeptPatches): tf.Tensor {
  const [, tokens, hidden] = positions.shape as [number, number, number];
  const rows = [0, 1, ...frequency.flatMap((f) => time.map((t) => 2 + f * patchGrid(config).time + t))];
  if (rows.length === tokens) return positions;
  // A product, as wasm has no gradient of gather; each row has a single 1, so it is exact.
  const selection = tf.cast(tf.oneHot(tf.tensor1d(rows, 'int32'), tokens), 'float32') as tf.Tensor2D;
  const selected = matMul(selection, tf.reshape(positions, [tokens, hidden]) as tf.Tensor2D);
  return tf.reshape(selected, [1, rows.length, hidden]);
}
