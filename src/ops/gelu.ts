import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from './kernel.js';
import { registerLeanGradient } from './leanGradient.js';

/** Φ(x), the standard normal distribution function. */
const normalCdf = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

const runGelu = defineKernel('AstGelu', ({ x }: { x: tf.Tensor }) => tf.mul(x, normalCdf(x)));

const runGeluGrad = defineKernel('AstGeluGrad', ({ x, dy }: { x: tf.Tensor; dy: tf.Tensor }) => {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.mul(dy, tf.add(normalCdf(x), tf.mul(x, density)));
});

registerLeanGradient({
  kernelName: 'AstGelu',
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => runGeluGrad({ x: x!, dy: dy as tf.Tensor }, {}) }),
});

/**
 * Gaussian error linear unit x · Φ(x) ([Hendrycks and Gimpel 2016](https://arxiv.org/abs/1606.08415)), the exact form with
 * erf, of any shape.
 *
 * @example
 * ```ts
 * gelu(tf.tensor1d([-1, 0, 1])); // [-0.159, 0, 0.841]
 * ```
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  return runGelu({ x }, {});
}
