import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../../../src/ops/index.js';
import { type Case, normal, type Values } from '../parity.js';

/** Tokens that fill no tile, heads of all layouts that the kernels of WebGPU have. [batch, tokens, heads, dim] */
const sizes: [string, [number, number, number, number], tolerance?: number][] = [
  ['one token', [3, 1, 3, 4]],
  ['three heads', [1, 33, 3, 4]],
  ['a head that is no whole fours', [2, 9, 3, 5]],
  ['a head that is no whole chunks', [2, 17, 1, 20]],
  ['heads as AST has them', [1, 65, 3, 64]],
  ['a head of 128', [1, 19, 1, 128]],
];

/** Σ w · attention, with other weights w everywhere. */
const gradients =
  (heads: number): Case['run'] =>
  (...inputs) =>
    tf.grads((query, key, value) => {
      const y = attention(query!, key!, value!, heads);
      const weights = Float32Array.from({ length: y.size }, (_, i) => Math.cos(i));
      return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
    })(inputs);

const cases = (name: string, inputs: Values[], heads: number, tolerance?: number): Case[] => [
  { name, inputs, run: (query, key, value) => attention(query!, key!, value!, heads), tolerance },
  { name: `gradients, ${name}`, inputs, run: gradients(heads), tolerance },
];

const inputsOf = ([batch, tokens, heads, dim]: readonly [number, number, number, number], scale?: number): Values[] =>
  ['query', 'key', 'value'].map((key) => normal([batch, tokens, heads * dim], key, scale));

/** Tokens whose numbers are all zero weigh every key alike. */
function withZeros(values: Values): Values {
  values.values.fill(0, 0, 4 * values.shape[2]!);
  return values;
}

/** Scores between -50 and 50 and beyond: probabilities from 0 to 1. */
const large: [number, number, number, number] = [1, 33, 3, 4];

export const attentionCases: readonly Case[] = [
  ...sizes.flatMap(([name, size]) => cases(name, inputsOf(size), size[2])),
  // A score of 100 is rounded to 4e-6 in single precision, of which a probability is e^score.
  ...cases('large scores', inputsOf(large, 6), large[2], 3e-5),
  ...cases('rows of zeros', inputsOf(large).map(withZeros), large[2]),
];
