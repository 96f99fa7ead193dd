import * as tf from '@tensorflow/tfjs-core';
import type { PatchoutOptions } from './patches.js';

/** Settings of a forward pass. */
export interface ForwardOptions {
  /** Turns dropout on. Default false. */
  training?: boolean;
  /** Seed of dropout and Patchout; another number gives other masks. Default 0. */
  seed?: number;
  /** Compute each block again in the backward pass instead of keeping what is inside it: less memory, a third more work. */
  gradientCheckpointing?: boolean;
  /** Rows and columns of the patch grid to drop, in training only: see {@link patchout}. */
  patchout?: PatchoutOptions;
  /** Return every block's attention probabilities. */
  outputAttentions?: boolean;
  /** Return the tokens before the first block and after each. */
  outputHiddenStates?: boolean;
}

/** What {@link ASTForAudioClassification.encode} gives. The caller disposes the tensors. */
export interface EncoderOutput {
  /** Mean of class and distillation token after the last layer norm, [batch, hidden]. */
  poolerOutput: tf.Tensor2D;
  /** When asked for: `numHiddenLayers + 1` tensors [batch, tokens, hidden]. */
  hiddenStates?: tf.Tensor3D[];
  /** When asked for: `numHiddenLayers` tensors [batch, heads, tokens, tokens]. */
  attentions?: tf.Tensor4D[];
}

/** What {@link ASTForAudioClassification.forward} gives. The caller disposes the tensors. */
export interface ClassificationOutput extends Omit<EncoderOutput, 'poolerOutput'> {
  /** Scores before softmax or sigmoid, [batch, labels]. */
  logits: tf.Tensor2D;
}

/** What the layers are told beside their input. */
export interface PassContext {
  readonly training: boolean;
  /** Dropout at a place of the network: the identity outside training. */
  dropout(x: tf.Tensor, rate: number): tf.Tensor;
  /** Where attention probabilities are collected, if they are wanted. */
  attentions: tf.Tensor4D[] | undefined;
}

/** Dropout masks depend on the seed, the part of the network and the place in it: a block computed again drops the same. */
export function passContext(
  { training = false, seed = 0, outputAttentions = false }: ForwardOptions,
  part: number | string,
): PassContext {
  let place = 0;
  return {
    training,
    attentions: outputAttentions ? [] : undefined,
    dropout: (x, rate) => (training && rate > 0 ? tf.dropout(x, rate, undefined, `${seed}/${part}/${place++}`) : x),
  };
}
