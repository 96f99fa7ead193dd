import * as tf from '@tensorflow/tfjs-core';
import {
  attend,
  attention,
  attentionProbabilities,
  gelu,
  layerNorm,
  linear,
  quantizedLinear,
  transformerBlock,
} from '../ops/index.js';
import { type ASTConfig, patchGrid } from './config.js';
import type { ASTParameters, BlockParameters, LayerNormParameters, LinearParameters } from './parameters.js';

/** What a forward pass is told beside its input. */
export interface PassContext {
  readonly training: boolean;
  /** Dropout at a place of the network: the identity outside training. */
  dropout(x: tf.Tensor, rate: number): tf.Tensor;
  /** Where attention probabilities are collected, if they are wanted. */
  attentions: tf.Tensor4D[] | undefined;
}

const dense = (x: tf.Tensor, p: LinearParameters): tf.Tensor =>
  p.scale ? quantizedLinear(x, p.weight, p.scale, p.bias) : linear(x, p.weight, p.bias);
const norm = (x: tf.Tensor, p: LayerNormParameters, config: ASTConfig): tf.Tensor =>
  layerNorm(x, p.weight, p.bias, config.layerNormEps);

/** Overlapping square patches, frequency-major as a convolution gives them: [batch, frames, bins] -> [batch, patches, patch²]. */
function extractPatches(inputValues: tf.Tensor3D, config: ASTConfig): tf.Tensor3D {
  const [batch, frames, bins] = inputValues.shape;
  const { patchSize, frequencyStride, timeStride } = config;
  const { frequency, time } = patchGrid(config);
  // One gather: it needs no convolution gradient, and the spectrogram is constant.
  const indices = new Int32Array(frequency * time * patchSize * patchSize);
  let at = 0;
  for (let f = 0; f < frequency; f++)
    for (let t = 0; t < time; t++)
      for (let bin = f * frequencyStride; bin < f * frequencyStride + patchSize; bin++)
        for (let frame = t * timeStride; frame < t * timeStride + patchSize; frame++)
          indices[at++] = frame * bins + bin;
  const flat = tf.reshape(inputValues, [batch, frames * bins]);
  return tf.reshape(tf.gather(flat, tf.tensor1d(indices, 'int32'), 1), [
    batch,
    frequency * time,
    patchSize * patchSize,
  ]);
}

/** [batch, frames, bins] -> tokens [batch, 2 + patches, hidden]: class token, distillation token, patches; plus positions. */
export function embed(p: ASTParameters, inputValues: tf.Tensor3D, config: ASTConfig, context: PassContext): tf.Tensor {
  const batch = inputValues.shape[0];
  const projection = tf.reshape(p.patchProjection.weight, [config.hiddenSize, -1]); // [hidden, patch²]
  const patches = linear(extractPatches(inputValues, config), projection, p.patchProjection.bias);
  const repeat = (token: tf.Tensor) => tf.tile(token, [batch, 1, 1]);
  const tokens = tf.concat([repeat(p.clsToken), repeat(p.distillationToken), patches], 1);
  return context.dropout(tf.add(tokens, p.positionEmbeddings), config.hiddenDropoutProb);
}

/** A pre-norm transformer block: [batch, tokens, hidden] -> the same. */
export function block(p: BlockParameters, x: tf.Tensor, config: ASTConfig, context: PassContext): tf.Tensor {
  const { numAttentionHeads: heads, layerNormEps: epsilon } = config;
  const whole = !context.training && !context.attentions && transformerBlock(x, p, { heads, epsilon });
  return whole || composedBlock(p, x, config, context);
}

function composedBlock(p: BlockParameters, x: tf.Tensor, config: ASTConfig, context: PassContext): tf.Tensor {
  const attended = selfAttention(p, norm(x, p.layernormBefore, config), config, context);
  const y = tf.add(x, context.dropout(dense(attended, p.attentionOutput), config.hiddenDropoutProb));
  const hidden = gelu(dense(norm(y, p.layernormAfter, config), p.intermediate));
  return tf.add(y, context.dropout(dense(hidden, p.output), config.hiddenDropoutProb));
}

function selfAttention(p: BlockParameters, x: tf.Tensor, config: ASTConfig, context: PassContext): tf.Tensor {
  const { numAttentionHeads: heads, attentionProbsDropoutProb: rate } = config;
  const [query, key, value] = [dense(x, p.query), dense(x, p.key), dense(x, p.value)];
  // The fused operation never shows its probabilities; only who wants to see or change them pays for the matrix.
  const explicit = context.attentions || (context.training && rate > 0);
  if (!explicit) return attention(query, key, value, heads);
  const probabilities = attentionProbabilities(query, key, heads);
  context.attentions?.push(probabilities);
  return attend(context.dropout(probabilities, rate) as tf.Tensor4D, value, heads);
}

/** Mean of the class and distillation tokens after the last norm: [batch, tokens, hidden] -> [batch, hidden]. */
export function pool(p: ASTParameters, x: tf.Tensor, config: ASTConfig): tf.Tensor2D {
  const [batch, , hidden] = x.shape as [number, number, number];
  const twoTokens = tf.slice(x, [0, 0, 0], [batch, 2, hidden]);
  return tf.mean(norm(twoTokens, p.layernorm, config), 1);
}

/** The classification head: [batch, hidden] -> logits [batch, labels]. */
export function classify(p: ASTParameters, pooled: tf.Tensor, config: ASTConfig): tf.Tensor2D {
  return dense(norm(pooled, p.classifierLayernorm, config), p.classifier) as tf.Tensor2D;
}
