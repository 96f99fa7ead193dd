import * as tf from '@tensorflow/tfjs-core';
import { patchGrid } from '../ast/config.js';
import type { ASTConfig } from '../ast/index.js';

/** Probabilities of every block, as a forward pass gives them. */
export interface GivenAttentions {
  readonly batch: number;
  readonly tokens: number;
  readonly blocks: number;
  /** A block's probabilities for a clip, mean over heads: [tokens, tokens]. The caller disposes it. */
  mean(block: number, clip: number): tf.Tensor2D;
}

/** @throws {RangeError} when there are none, or they are not of the model's shape */
export function givenAttentions(attentions: readonly tf.Tensor4D[], config: ASTConfig): GivenAttentions {
  const { frequency, time } = patchGrid(config);
  const { numHiddenLayers: blocks, numAttentionHeads: heads } = config;
  const tokens = 2 + frequency * time;
  if (attentions?.length !== blocks)
    throw new RangeError(
      `Expected the attention of ${blocks} blocks, got ${attentions?.length ?? 'none'}. ` +
        'Get it with model.forward(inputValues, { outputAttentions: true }).',
    );
  const batch = attentions[0]!.shape[0];
  for (const { shape } of attentions)
    if (shape.join() !== [batch, heads, tokens, tokens].join())
      throw new RangeError(
        `Expected attention of shape [${batch}, ${heads}, ${tokens}, ${tokens}] (clips, heads, tokens, tokens), ` +
          `got [${shape.join(', ')}]: is the config of another model, or were patches dropped?`,
      );
  return {
    batch,
    tokens,
    blocks,
    mean: (block, clip) =>
      tf.tidy(() =>
        tf.squeeze(tf.mean(tf.slice(attentions[block]!, [clip, 0, 0, 0], [1, heads, tokens, tokens]), 1), [0]),
      ),
  };
}
