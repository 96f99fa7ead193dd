import * as tf from '@tensorflow/tfjs-core';
import { columnSums, leadingAxes } from './columnSums.js';
import { defineKernel } from './kernel.js';
import { registerLeanGradient } from './leanGradient.js';

type LayerNormInputs = { x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor };
type LayerNormGradInputs = {
  x: tf.Tensor;
  mean: tf.Tensor;
  inverseDeviation: tf.Tensor;
  weight: tf.Tensor;
  dy: tf.Tensor;
};

/** Outputs: the result, and mean and 1 / deviation of every row [..., 1] for the gradient. */
const runLayerNorm = defineKernel(
  'AstLayerNorm',
  ({ x, weight, bias }: LayerNormInputs, { epsilon }: { epsilon: number }) => {
    const mean = tf.mean(x, -1, true);
    const centred = tf.sub(x, mean);
    const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return [tf.add(tf.mul(tf.mul(centred, inverseDeviation), weight), bias), mean, inverseDeviation];
  },
);

const runLayerNormGrad = defineKernel(
  'AstLayerNormGrad',
  ({ x, mean, inverseDeviation, weight, dy }: LayerNormGradInputs) => {
    const normalized = tf.mul(tf.sub(x, mean), inverseDeviation);
    const scaled = tf.mul(dy, weight);
    const alongNormalized = tf.mul(normalized, tf.mean(tf.mul(scaled, normalized), -1, true));
    return tf.mul(tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), alongNormalized), inverseDeviation);
  },
);

type LayerNormWeightGradInputs = Omit<LayerNormGradInputs, 'weight'>;

const runLayerNormWeightGrad = defineKernel(
  'AstLayerNormWeightGrad',
  ({ x, mean, inverseDeviation, dy }: LayerNormWeightGradInputs) =>
    tf.sum(tf.mul(dy, tf.mul(tf.sub(x, mean), inverseDeviation)), leadingAxes(x)) as tf.Tensor,
);

registerLeanGradient({
  kernelName: 'AstLayerNorm',
  inputsToSave: ['x', 'weight'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, saved) => {
    const [x, weight, mean, inverseDeviation] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const dy = (dys as tf.Tensor[])[0]!;
    return {
      x: () => runLayerNormGrad({ x, mean, inverseDeviation, weight, dy }, {}),
      weight: () => runLayerNormWeightGrad({ x, mean, inverseDeviation, dy }, {}),
      bias: () => columnSums(dy),
    };
  },
});

/**
 * Layer normalisation over the last axis (Ba et al. 2016), as torch.nn.LayerNorm: biased variance, `epsilon` under the root.
 *
 * @param x [..., dim]
 * @param weight scale, [dim]
 * @param bias shift, [dim]
 *
 * @example
 * ```ts
 * const y = layerNorm(x, tf.ones([768]), tf.zeros([768]), 1e-12);
 * ```
 */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  const [y, mean, inverseDeviation] = runLayerNorm({ x, weight, bias }, { epsilon }) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  // The tape keeps its own handles on these; without a tape nobody needs them.
  mean.dispose();
  inverseDeviation.dispose();
  return y;
}
