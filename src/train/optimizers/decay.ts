import * as tf from '@tensorflow/tfjs-core';

/**
 * The Hugging Face Trainer's parameter groups: biases and LayerNorm parameters do not decay.
 *
 * @example
 * ```ts
 * decaysByDefault('classifier.dense.bias'); // false
 * ```
 */
export const decaysByDefault = (name: string): boolean => !name.endsWith('bias') && !/layernorm/i.test(name);

/** Decay as a part of the gradient: that of `weightDecay / 2 Σ parameter²` is added. Allocates nothing when there is none. */
export const withL2 = (gradient: tf.Tensor, parameter: tf.Tensor, weightDecay: number): tf.Tensor =>
  weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
