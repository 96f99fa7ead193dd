import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from './kernel.js';

const runColumnSums = defineKernel('AstColumnSums', ({ x }: { x: tf.Tensor }) => tf.sum(x, leadingAxes(x)));

tf.registerGradient({
  kernelName: 'AstColumnSums',
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => tf.broadcastTo(dy as tf.Tensor, x!.shape) }),
});

/** All axes but the last. */
export const leadingAxes = (x: tf.Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

/**
 * Sums over all axes but the last: the gradient of what is added to every row.
 *
 * @param x [..., dim]
 * @returns [dim]
 * @example
 * ```ts
 * columnSums(tf.ones([2, 602, 768])); // 768 times 1204
 * ```
 */
export function columnSums(x: tf.Tensor): tf.Tensor {
  return runColumnSums({ x }, {});
}
