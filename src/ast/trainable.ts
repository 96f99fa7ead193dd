import * as tf from '@tensorflow/tfjs-core';
import type { ASTParameters } from './parameters.js';

/** The variables to be trained in a part of the tree. */
export function trainableIn(part: object): tf.Variable[] {
  return Object.values(part).flatMap((value: unknown) => {
    if (value instanceof tf.Tensor) return value instanceof tf.Variable && value.trainable ? [value] : [];
    return typeof value === 'object' && value !== null ? trainableIn(value) : [];
  });
}

/** How many parts of the model, counted from its input on (the embeddings, then each block), train nothing. */
export function countFrozen({
  blocks,
  layernorm,
  classifierLayernorm,
  classifier,
  ...embeddings
}: ASTParameters): number {
  const parts = [embeddings, ...blocks];
  const first = parts.findIndex((part) => trainableIn(part).length > 0);
  return first < 0 ? parts.length : first;
}
