import * as tf from '@tensorflow/tfjs-core';
import { columnSums } from './columnSums.js';
import { defineKernel } from './kernel.js';
import { registerLeanGradient } from './leanGradient.js';
import { matMul } from './matMul.js';

type LinearInputs = { x: tf.Tensor; weight: tf.Tensor; bias?: tf.Tensor | undefined };

const rows = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [-1, x.shape.at(-1)!]); // [..., n] -> [rows, n]

const runLinear = defineKernel('AstLinear', ({ x, weight, bias }: LinearInputs) => {
  const product = matMul(rows(x), weight as tf.Tensor2D, false, true); // [rows, out]
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), weight.shape[0]!]);
});

registerLeanGradient({
  kernelName: 'AstLinear',
  inputsToSave: ['x', 'weight'],
  gradFunc: (dy, saved) => {
    const [x, weight] = saved as [tf.Tensor, tf.Tensor2D];
    const dyRows = () => rows(dy as tf.Tensor);
    return {
      x: () => tf.reshape(matMul(dyRows(), weight), x.shape),
      weight: () => matMul(dyRows(), rows(x), true, false),
      bias: () => columnSums(dy as tf.Tensor),
    };
  },
});

/** The same for a weight that is not trained: its gradient is never asked for, so `x` need not be kept for it. */
const runFrozenLinear = defineKernel('AstFrozenLinear', (inputs: LinearInputs) => runLinear(inputs, {}));

registerLeanGradient({
  kernelName: 'AstFrozenLinear',
  inputsToSave: ['weight'],
  gradFunc: (dy, [weight]) => {
    const { shape } = dy as tf.Tensor;
    const dyRows = () => rows(dy as tf.Tensor);
    return {
      x: () => tf.reshape(matMul(dyRows(), weight as tf.Tensor2D), [...shape.slice(0, -1), weight!.shape[1]!]),
      bias: () => columnSums(dy as tf.Tensor),
    };
  },
});

/**
 * `x · weightᵀ + bias`, with the weight in the checkpoint's layout (as torch.nn.Linear).
 *
 * @param x [..., in]
 * @param weight [out, in]; a variable with `trainable = false` gets no gradient, and saves the memory that one takes
 * @param bias [out]
 * @returns [..., out]
 *
 * @example
 * ```ts
 * const y = linear(tf.ones([2, 602, 768]), tf.ones([3072, 768])); // [2, 602, 3072]
 * ```
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  const isFrozen = weight instanceof tf.Variable && !weight.trainable;
  return (isFrozen ? runFrozenLinear : runLinear)({ x, weight, bias }, {});
}
