import * as tf from '@tensorflow/tfjs-core';
import { attentionProbabilities } from '../ops/index.js';

/**
 * The mean over heads of a matrix that each of them has, one after another: for AST-base and 10 s, one takes 6 MB and all 71 MB.
 *
 * @param ofHead the matrix of a head; its intermediates are freed
 */
export function meanOverHeads<T extends tf.Tensor>(heads: number, ofHead: (head: number) => T): T {
  let sum = tf.tidy(() => ofHead(0));
  for (let head = 1; head < heads; head++) {
    const next = tf.tidy(() => tf.add<T>(sum, ofHead(head)));
    sum.dispose();
    sum = next;
  }
  return tf.tidy(() => {
    const mean = tf.div<T>(sum, heads);
    sum.dispose();
    return mean;
  });
}

/** Part of a head of [1, tokens, heads * dim]: [1, tokens, dim]. */
export function headOf(x: tf.Tensor, head: number, heads: number): tf.Tensor3D {
  const [, tokens, width] = x.shape as [number, number, number];
  const dim = width / heads;
  return tf.slice(x as tf.Tensor3D, [0, 0, head * dim], [1, tokens, dim]);
}

/** What a head weighs values with, [tokens, tokens]; `query` and `key` are [1, tokens, heads * dim]. */
export function headProbabilities(query: tf.Tensor, key: tf.Tensor, head: number, heads: number): tf.Tensor2D {
  return tf.tidy(() =>
    tf.squeeze(attentionProbabilities(headOf(query, head, heads), headOf(key, head, heads), 1), [0, 1]),
  );
}
