import * as tf from '@tensorflow/tfjs-core';

/** How logits become scores; `'none'` leaves them as they are. */
export type Activation = 'softmax' | 'sigmoid' | 'none';

/** A label with its score: in [0, 1], or any number where scores are logits. */
export interface AudioClassification {
  label: string;
  score: number;
}

/** The scores of logits [batch, labels]. */
export function activate(logits: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  if (activation === 'none') return logits;
  return activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits);
}

/** Labels with the highest scores, best first. */
export const bestLabels = (scores: ArrayLike<number>, labels: readonly string[], topK: number): AudioClassification[] =>
  Array.from(scores, (score, id) => ({ label: labels[id]!, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);

/** @throws {RangeError} unless a result has 1 label or more and a batch a whole number of sounds */
export function checkCounts(topK: number, batchSize: number): void {
  if (!(topK >= 1)) throw new RangeError(`Expected topK of 1 or more, got ${topK}.`);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`Expected batchSize to be a positive integer, got ${batchSize}.`);
}
