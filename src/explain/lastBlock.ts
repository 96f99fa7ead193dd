import * as tf from '@tensorflow/tfjs-core';
import type { ASTConfig } from '../ast/index.js';
import { matMul } from '../ops/index.js';
import type { AttentionMap } from '../results/index.js';
import { classTokenRow, toAttentionMap } from './attentionMap.js';
import { givenAttentions } from './givenAttentions.js';

/**
 * What the class tokens attend to in the last block: the mean over heads and over the two tokens. It is the last step only of how
 * sound reaches them: by then, patches have exchanged what they hold. It is the same whatever the label.
 *
 * @param attentions each block's probabilities [batch, heads, tokens, tokens], as `model.forward(…, { outputAttentions: true })` gives
 *   them; the last block's are used
 * @param options `config`: the model's
 * @returns a map for each clip
 * @throws {RangeError} when there are none, or they are not of the model's shape
 *
 * @example
 * ```ts
 * const [map] = await lastBlockAttention(attentions, { config: model.config });
 * ```
 */
export async function lastBlockAttention(
  attentions: readonly tf.Tensor4D[],
  { config }: { config: ASTConfig },
): Promise<AttentionMap[]> {
  const { batch, tokens, blocks, mean } = givenAttentions(attentions, config);
  return Promise.all(
    Array.from({ length: batch }, (_, clip) =>
      toAttentionMap(
        'last-block',
        classTokensOf(tokens, () => mean(blocks - 1, clip)),
        config,
      ),
    ),
  );
}

/** The mean of the class tokens' rows of a matrix [tokens, tokens]: [1, tokens]. */
export const classTokensOf = (tokens: number, matrix: () => tf.Tensor2D): tf.Tensor2D =>
  tf.tidy(() => matMul(classTokenRow(tokens), matrix()));
