import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from './kernel.js';

/** Φ(x), the standard normal distribution function. */
const normalCdf = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

const runGelu = defineKernel('AstGelu', ({ x }: { x: tf.Tensor }) => tf.mul(x, normalCdf(x)));

const runGeluGrad = defineKernel('AstGeluGrad', ({ x, dy }: { x: tf.Tensor; dy: tf.Tensor }) => {
  const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return tf.mul(dy, tf.add(normalCdf(x), tf.mul(x, density)));
});

tf.registerGradient({
  kernelName: 'AstGelu',
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => runGeluGrad({ x: x!, dy: dy as tf.Tensor }, {}) }),
});

/** Gaussian error linear unit x · Φ(x) (Hendrycks & Gimpel 2016), the exact form with erf, of any shape. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return runGelu({ x }, {});
}
