/** How much arithmetic and memory traffic a task cannot do without: the floor under its time. */
import { type ASTConfig, completeConfig, patchGrid } from '../src/ast/config.js';
import { parameterShapes } from '../src/ast/parameters.js';
import type { Trained } from './engines/trained.js';
import { isTrainable } from './engines/trained.js';
import type { Rates } from './machine.js';
import { LABELS } from './models.js';

/** A part of a task that cannot overlap with the others. */
export interface Phase {
  operations: number;
  /** Read and written at least once. */
  bytes: number;
  rate: 'float32' | 'int8' | 'oneThread';
}

/** The least seconds a task can take: each phase as long as its arithmetic or its traffic, whichever is longer. */
export const floorSeconds = (phases: readonly Phase[], rates: Rates): number =>
  phases.reduce(
    (sum, { operations, bytes, rate }) => sum + Math.max(operations / rates[rate], bytes / rates.memory),
    0,
  );

export const countOperations = (phases: readonly Phase[]): number =>
  phases.reduce((sum, { operations }) => sum + operations, 0);

const baseConfig = (frames: number): ASTConfig => completeConfig({ maxLength: frames });

export function countTokens(frames: number): number {
  const { frequency, time } = patchGrid(baseConfig(frames));
  return frequency * time + 2;
}

function parameterBytes(frames: number, trained: Trained): number {
  let elements = 0;
  for (const [name, shape] of parameterShapes(baseConfig(frames), LABELS))
    if (isTrainable(name, trained)) elements += shape.reduce((product, side) => product * side, 1);
  return 4 * elements;
}

/** Of one block on one clip: six products with weights, and two between tokens. */
function blockOperations(frames: number): number {
  const { hiddenSize: hidden, intermediateSize: intermediate } = baseConfig(frames);
  const tokens = countTokens(frames);
  return 2 * tokens * (4 * hidden ** 2 + 2 * hidden * intermediate) + 4 * tokens ** 2 * hidden;
}

function patchOperations(frames: number): number {
  const { hiddenSize, patchSize } = baseConfig(frames);
  return 2 * (countTokens(frames) - 2) * patchSize ** 2 * hiddenSize;
}

/** The scores of a batch. Every weight is read once. */
export function forwardPhases(frames: number, batch: number, dtype: 'float32' | 'int8' = 'float32'): Phase[] {
  const operations = batch * (baseConfig(frames).numHiddenLayers * blockOperations(frames) + patchOperations(frames));
  return [{ operations, bytes: parameterBytes(frames, 'all') / (dtype === 'int8' ? 4 : 1), rate: dtype }];
}

/**
 * A training step: the forward pass, twice its arithmetic for the gradients of inputs and weights of what is trained, and
 * once more of every block with checkpointing. AdamW reads parameter, gradient and two moments and writes all but the gradient;
 * clipping reads the gradients once before.
 */
export function trainingPhases(frames: number, batch: number, trained: Trained, checkpointing: boolean): Phase[] {
  const layers = baseConfig(frames).numHiddenLayers;
  const trainedLayers = { all: layers, 'upper half': layers / 2, head: 0 }[trained];
  const blocks = layers + 2 * trainedLayers + (checkpointing ? layers : 0);
  const patches = (trained === 'all' ? 2 : 1) * patchOperations(frames);
  const update = { operations: 0, bytes: 8 * parameterBytes(frames, trained), rate: 'float32' } as const;
  const [forward] = forwardPhases(frames, batch) as [Phase];
  return [{ ...forward, operations: batch * (blocks * blockOperations(frames) + patches) }, update];
}

/** A frame: window and mean, a real FFT of 512 points, power, 128 triangular filters over 257 bins, logarithms as 20 operations. */
export function featurePhases(seconds: number): Phase[] {
  const frames = 1 + Math.floor((seconds * 16000 - 400) / 160);
  const perFrame = 5 * 400 + 2.5 * 512 * 9 + 3 * 257 + 2 * 2 * 257 + 20 * 128;
  return [{ operations: frames * perFrame, bytes: 4 * (seconds * 16000 + frames * 128), rate: 'oneThread' }];
}

/** a · b: [batch, m, k] x [batch, k, n]. */
export const productPhases = (batch: number, m: number, k: number, n: number): Phase[] => [
  { operations: 2 * batch * m * k * n, bytes: 4 * batch * (m * k + k * n + m * n), rate: 'float32' },
];
