import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from './kernel.js';
import { registerLeanGradient } from './leanGradient.js';
import { matMul } from './matMul.js';

type QueryKeyValue = { query: tf.Tensor; key: tf.Tensor; value: tf.Tensor };
type Heads = { heads: number };

/** [batch, tokens, heads * dim] -> [batch * heads, tokens, dim] */
function splitHeads(x: tf.Tensor, heads: number): tf.Tensor3D {
  const [batch, tokens, width] = x.shape as [number, number, number];
  const perHead = tf.transpose(tf.reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
  return tf.reshape(perHead, [batch * heads, tokens, width / heads]);
}

/** [batch * heads, tokens, dim] -> [batch, tokens, heads * dim] */
function mergeHeads(x: tf.Tensor, heads: number): tf.Tensor3D {
  const [batchHeads, tokens, dim] = x.shape as [number, number, number];
  const perToken = tf.transpose(tf.reshape(x, [batchHeads / heads, heads, tokens, dim]), [0, 2, 1, 3]);
  return tf.reshape(perToken, [batchHeads / heads, tokens, heads * dim]);
}

/** softmax(q kᵀ / √dim) over keys, of split heads: [batch * heads, tokens, tokens] */
function probabilities(query: tf.Tensor3D, key: tf.Tensor3D): tf.Tensor3D {
  return tf.softmax(tf.mul(matMul(query, key, false, true), query.shape[2] ** -0.5));
}

const runAttention = defineKernel(
  'AstAttention',
  ({ query, key, value }: QueryKeyValue, { heads }: Heads) =>
    mergeHeads(
      matMul(probabilities(splitHeads(query, heads), splitHeads(key, heads)), splitHeads(value, heads)),
      heads,
    ) as tf.Tensor,
);

/** The probabilities are computed again instead of kept: [tokens, tokens] for every head is the largest tensor there is. */
const runAttentionGrad = defineKernel(
  'AstAttentionGrad',
  (inputs: QueryKeyValue & { dy: tf.Tensor }, { heads }: Heads) => {
    const [query, key, value, dy] = [inputs.query, inputs.key, inputs.value, inputs.dy].map((x) =>
      splitHeads(x, heads),
    ) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    const p = probabilities(query, key);
    const dp = matMul(dy, value, false, true);
    // Backward of softmax, and of the scaling of the scores.
    const dScores = tf.mul(
      tf.mul(p, tf.sub(dp, tf.sum(tf.mul(dp, p), -1, true))),
      query.shape[2] ** -0.5,
    ) as tf.Tensor3D;
    const dQuery = matMul(dScores, key);
    const dKey = matMul(dScores, query, true, false);
    const dValue = matMul(p, dy, true, false);
    return [dQuery, dKey, dValue].map((x) => mergeHeads(x, heads) as tf.Tensor);
  },
);

registerLeanGradient({
  kernelName: 'AstAttention',
  inputsToSave: ['query', 'key', 'value'],
  gradFunc: (dy, saved, attributes) => {
    const [query, key, value] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    // One pass gives all three, so it is run here and not in the thunks.
    const gradients = runAttentionGrad({ query, key, value, dy: dy as tf.Tensor }, attributes as unknown as Heads);
    return { query: () => gradients[0]!, key: () => gradients[1]!, value: () => gradients[2]! };
  },
});

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017): softmax(q kᵀ / √dim) v for every head.
 *
 * @param query [batch, tokens, heads * dim], likewise key and value
 * @returns [batch, tokens, heads * dim]
 *
 * @example
 * ```ts
 * const y = attention(query, key, value, 12); // each [1, 602, 768]
 * ```
 */
export function attention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, heads: number): tf.Tensor {
  return runAttention({ query, key, value }, { heads });
}

/**
 * The probabilities that {@link attention} weighs the values with: [batch, heads, tokens, tokens].
 *
 * @example
 * ```ts
 * const probabilities = attentionProbabilities(query, key, 12); // each row adds up to 1
 * ```
 */
export function attentionProbabilities(query: tf.Tensor, key: tf.Tensor, heads: number): tf.Tensor4D {
  const [batch, tokens] = query.shape as [number, number, number];
  return tf.tidy(() =>
    tf.reshape(probabilities(splitHeads(query, heads), splitHeads(key, heads)), [batch, heads, tokens, tokens]),
  );
}

/**
 * Weighs values [batch, tokens, heads * dim] with given probabilities [batch, heads, tokens, tokens].
 *
 * @example
 * ```ts
 * const y = attend(attentionProbabilities(query, key, 12), value, 12); // as attention(query, key, value, 12)
 * ```
 */
export function attend(probability: tf.Tensor4D, value: tf.Tensor, heads: number): tf.Tensor {
  const [batch, , tokens] = probability.shape;
  return tf.tidy(() =>
    mergeHeads(
      matMul(tf.reshape(probability, [batch * heads, tokens, tokens]) as tf.Tensor3D, splitHeads(value, heads)),
      heads,
    ),
  );
}
