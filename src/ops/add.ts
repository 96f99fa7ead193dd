import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from './kernel.js';
import { registerLeanGradient } from './leanGradient.js';

type AddInputs = { a: tf.Tensor; b: tf.Tensor };

const runAdd = defineKernel('AstAdd', ({ a, b }: AddInputs) => tf.add(a, b));

registerLeanGradient({
  kernelName: 'AstAdd',
  // Copies of the handle, not of the values: dy itself is freed when this is done.
  gradFunc: (dy) => ({ a: () => tf.clone(dy as tf.Tensor), b: () => tf.clone(dy as tf.Tensor) }),
});

/**
 * Sum of two tensors of one shape. Unlike tf.add, which broadcasts, it keeps neither of them for the backward pass.
 *
 * @example
 * ```ts
 * const y = add(x, gelu(x));
 * ```
 */
export function add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return runAdd({ a, b }, {});
}
