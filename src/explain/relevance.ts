import * as tf from '@tensorflow/tfjs-core';
import type { ASTForAudioClassification, BlockStages } from '../ast/index.js';
import { add, attention, matMul } from '../ops/index.js';
import { classTokenRow } from './attentionMap.js';
import { headOf, headProbabilities, meanOverHeads } from './heads.js';

/** A row of relevance [1, tokens], and the gradient of the label's score with regard to a hidden state [1, tokens, hidden]. */
type Backward = { row: tf.Tensor2D; dx: tf.Tensor };

/**
 * The mean of the class tokens' rows of the relevance of [Chefer, Gur and Wolf 2021](https://arxiv.org/abs/2103.15679), [1, tokens].
 * For every block R becomes R + Ā R, from the identity on, with Ā the mean over heads of the positive part of (∂ score / ∂ A) ∘ A. So
 * R is a product of (I + Ā), and only two of its rows are wanted: from the last block to the first, as the gradient goes, a row times
 * (I + Ā) gives them. Nothing but this row and the gradient of a hidden state is kept from block to block, and within
 * one, the matrices of one head.
 *
 * @param hiddenStates of one clip: before the first block and after each, [1, tokens, hidden]
 */
export function relevanceRow(
  model: ASTForAudioClassification,
  hiddenStates: readonly tf.Tensor3D[],
  label: number,
): tf.Tensor2D {
  const { blocks, classify } = model.stages();
  const heads = model.config.numAttentionHeads;
  const last = hiddenStates.at(-1)!;
  let state: Backward = {
    row: classTokenRow(last.shape[1]),
    dx: tf.tidy(() => tf.grad((x: tf.Tensor) => tf.slice(classify(x), [0, label], [1, 1]))(last)),
  };
  for (let i = blocks.length - 1; i >= 0; i--) {
    const next = tf.tidy(() => throughBlock(blocks[i]!, hiddenStates[i]!, heads, state));
    tf.dispose(state);
    state = next;
  }
  state.dx.dispose();
  return state.row;
}

function throughBlock(block: BlockStages, x: tf.Tensor3D, heads: number, { row, dx: dy }: Backward): Backward {
  const [query, key, value] = block.queryKeyValue(x);
  const attended = attention(query, key, value, heads);
  const gradients = tf.grads((input: tf.Tensor, given: tf.Tensor) => block.afterAttention(input, given));
  const [dResidual, dAttended] = gradients([x, attended], dy) as [tf.Tensor, tf.Tensor];
  // attended = A · value in each head, so ∂ score / ∂ A = dAttended · valueᵀ.
  const relevant = meanOverHeads(heads, (head) => {
    const dA = matMul(headOf(dAttended, head, heads), headOf(value, head, heads), false, true);
    const positive = tf.relu(tf.mul<tf.Tensor2D>(headProbabilities(query, key, head, heads), tf.squeeze(dA, [0])));
    return matMul(row, positive); // the mean of these rows is the row of the mean
  });
  const dThroughAttention = tf.grad((input: tf.Tensor) => attention(...block.queryKeyValue(input), heads))(
    x as tf.Tensor,
    dAttended,
  );
  return { row: tf.add(row, relevant), dx: add(dResidual, dThroughAttention) };
}
