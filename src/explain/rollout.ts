import * as tf from '@tensorflow/tfjs-core';
import type { ASTConfig } from '../ast/index.js';
import { matMul } from '../ops/index.js';
import type { AttentionMap } from '../results/index.js';
import { classTokenRow, toAttentionMap } from './attentionMap.js';
import { givenAttentions } from './givenAttentions.js';

/**
 * Attention rollout ([Abnar and Zuidema 2020](https://arxiv.org/abs/2005.00928)): how much of each patch reaches the class tokens, if
 * a block passes on what its attention weighs and, by the residual connection, as much of what was there. Of every block: the mean
 * over heads, plus the identity, rows normalised to sum 1; the blocks multiplied; of that, the mean of the class tokens' rows. It is
 * the same whatever the label.
 *
 * @param attentions each block's probabilities [batch, heads, tokens, tokens], as `model.forward(…, { outputAttentions: true })` gives
 *   them; for AST-base and 10 s, 850 MB a clip: {@link explain} needs one head at a time
 * @param options `config`: the model's
 * @returns a map for each clip
 * @throws {RangeError} when there are none, or they are not of the model's shape
 *
 * @example
 * ```ts
 * const { logits, attentions } = model.forward(inputValues, { outputAttentions: true });
 * const [map] = await attentionRollout(attentions!, { config: model.config });
 * tf.dispose([logits, attentions!]);
 * ```
 */
export async function attentionRollout(
  attentions: readonly tf.Tensor4D[],
  { config }: { config: ASTConfig },
): Promise<AttentionMap[]> {
  const given = givenAttentions(attentions, config);
  return Promise.all(
    Array.from({ length: given.batch }, (_, clip) =>
      toAttentionMap(
        'rollout',
        rollOut(given.blocks, given.tokens, (block) => given.mean(block, clip)),
        config,
      ),
    ),
  );
}

/** The mean of the class tokens' rows of the rollout, [1, tokens], from each block's mean over heads, the last block's first. */
export function rollOut(blocks: number, tokens: number, meanOf: (block: number) => tf.Tensor2D): tf.Tensor2D {
  let row = classTokenRow(tokens);
  for (let block = blocks - 1; block >= 0; block--) {
    const next = tf.tidy(() => step(row, meanOf(block)));
    row.dispose();
    row = next;
  }
  return row;
}

/** row [1, tokens] times (attention + I) [tokens, tokens] with its rows normalised to sum 1. */
function step(row: tf.Tensor2D, attention: tf.Tensor2D): tf.Tensor2D {
  const sums = tf.add(tf.sum(attention, 1), 1); // [tokens]
  const shares = tf.div<tf.Tensor2D>(row, sums); // [1, tokens]
  return tf.add<tf.Tensor2D>(matMul(shares, attention), shares);
}
