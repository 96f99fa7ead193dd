import type * as tf from '@tensorflow/tfjs-core';
import type { ASTConfig } from './config.js';
import { passContext } from './forwardPass.js';
import { afterAttention, classify, pool, queryKeyValue } from './layers.js';
import type { ASTParameters } from './parameters.js';

/** A block without its attention, which is for the caller to compute. All shapes are [batch, tokens, hidden]. */
export interface BlockStages {
  /** What the attention works on, from the block's input. */
  queryKeyValue(x: tf.Tensor): [query: tf.Tensor, key: tf.Tensor, value: tf.Tensor];
  /** The block's output, from its input and what the attention gave. */
  afterAttention(x: tf.Tensor, attended: tf.Tensor): tf.Tensor;
}

/**
 * What lies between the hidden states of a model, as in inference: with attention between a block's two stages, they are its forward
 * pass. They leave their intermediate tensors: call them in a `tf.tidy`.
 */
export interface ModelStages {
  readonly blocks: readonly BlockStages[];
  /** The last hidden state [batch, tokens, hidden] to logits [batch, labels]. */
  classify(x: tf.Tensor): tf.Tensor2D;
}

/** Takes a model apart. Computes nothing. */
export function modelStages(tree: ASTParameters, config: ASTConfig): ModelStages {
  const context = passContext({}, 'stages');
  return {
    blocks: tree.blocks.map((p) => ({
      queryKeyValue: (x) => queryKeyValue(p, x, config, context),
      afterAttention: (x, attended) => afterAttention(p, x, attended, config, context),
    })),
    classify: (x) => classify(tree, pool(tree, x, config), config),
  };
}
