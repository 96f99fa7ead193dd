import * as tf from '@tensorflow/tfjs-core';
import {
  add,
  attend,
  attention,
  attentionProbabilities,
  gelu,
  layerNorm,
  linear,
  quantizedLinear,
  transformerBlock,
} from '../ops/index.js';
import type { ASTConfig } from './config.js';
import type { PassContext } from './forwardPass.js';
import type { ASTParameters, BlockParameters, LayerNormParameters, LinearParameters } from './parameters.js';
import { extractPatches, type KeptPatches, selectPositions } from './patches.js';

function dense(x: tf.Tensor, p: LinearParameters, context: PassContext): tf.Tensor {
  const y = p.scale ? quantizedLinear(x, p.weight, p.scale, p.bias) : linear(x, p.weight, p.bias);
  if (!p.lora) return y;
  const { a, b, scaling, dropout } = p.lora;
  const low = tf.mul(linear(context.dropout(x, dropout), a), scaling); // [..., rank]: the factor is cheapest here
  return add(y, linear(low, b));
}

const norm = (x: tf.Tensor, p: LayerNormParameters, config: ASTConfig): tf.Tensor =>
  layerNorm(x, p.weight, p.bias, config.layerNormEps);

/** [batch, frames, bins] -> tokens [batch, 2 + kept patches, hidden]: class token, distillation token, patches; plus positions. */
export function embed(
  p: ASTParameters,
  inputValues: tf.Tensor3D,
  config: ASTConfig,
  context: PassContext,
  kept: KeptPatches,
): tf.Tensor {
  const batch = inputValues.shape[0];
  const projection = tf.reshape(p.patchProjection.weight, [config.hiddenSize, -1]); // [hidden, patch²]
  const patches = linear(extractPatches(inputValues, config, kept), projection, p.patchProjection.bias);
  const repeat = (token: tf.Tensor) => tf.tile(token, [batch, 1, 1]);
  const tokens = tf.concat([repeat(p.clsToken), repeat(p.distillationToken), patches], 1);
  return context.dropout(tf.add(tokens, selectPositions(p.positionEmbeddings, config, kept)), config.hiddenDropoutProb);
}

/** A pre-norm transformer block: [batch, tokens, hidden] -> the same. */
export function block(p: BlockParameters, x: tf.Tensor, config: ASTConfig, context: PassContext): tf.Tensor {
  const { numAttentionHeads: heads, layerNormEps: epsilon, hiddenDropoutProb, attentionProbsDropoutProb } = config;
  const drops = context.training && hiddenDropoutProb + attentionProbsDropoutProb > 0;
  const isPlain = Object.values(p).every((part: LinearParameters) => !part.lora);
  const whole = isPlain && !drops && !context.attentions && transformerBlock(x, p, { heads, epsilon });
  return whole || composedBlock(p, x, config, context);
}

function composedBlock(p: BlockParameters, x: tf.Tensor, config: ASTConfig, context: PassContext): tf.Tensor {
  const attended = attendTo(queryKeyValue(p, x, config, context), config, context);
  return afterAttention(p, x, attended, config, context);
}

/** What a block's attention works on: [batch, tokens, hidden] -> three of the same shape. */
export function queryKeyValue(
  p: BlockParameters,
  x: tf.Tensor,
  config: ASTConfig,
  context: PassContext,
): [query: tf.Tensor, key: tf.Tensor, value: tf.Tensor] {
  const input = norm(x, p.layernormBefore, config);
  return [dense(input, p.query, context), dense(input, p.key, context), dense(input, p.value, context)];
}

function attendTo(
  [query, key, value]: [tf.Tensor, tf.Tensor, tf.Tensor],
  config: ASTConfig,
  context: PassContext,
): tf.Tensor {
  const { numAttentionHeads: heads, attentionProbsDropoutProb: rate } = config;
  // The fused operation never shows its probabilities; only who wants to see or change them pays for the matrix.
  const explicit = context.attentions || (context.training && rate > 0);
  if (!explicit) return attention(query, key, value, heads);
  const probabilities = attentionProbabilities(query, key, heads);
  context.attentions?.push(probabilities);
  return attend(context.dropout(probabilities, rate) as tf.Tensor4D, value, heads);
}

/** The rest of a block, from its input and what its attention gave, both [batch, tokens, hidden]. */
export function afterAttention(
  p: BlockParameters,
  x: tf.Tensor,
  attended: tf.Tensor,
  config: ASTConfig,
  context: PassContext,
): tf.Tensor {
  const y = add(x, context.dropout(dense(attended, p.attentionOutput, context), config.hiddenDropoutProb));
  const hidden = gelu(dense(norm(y, p.layernormAfter, config), p.intermediate, context));
  return add(y, context.dropout(dense(hidden, p.output, context), config.hiddenDropoutProb));
}

/** Mean of the class and distillation tokens after the last norm: [batch, tokens, hidden] -> [batch, hidden]. */
export function pool(p: ASTParameters, x: tf.Tensor, config: ASTConfig): tf.Tensor2D {
  const [batch, , hidden] = x.shape as [number, number, number];
  const twoTokens = tf.slice(x, [0, 0, 0], [batch, 2, hidden]);
  return tf.mean(norm(twoTokens, p.layernorm, config), 1);
}

/** The classification head: [batch, hidden] -> logits [batch, labels]. */
export function classify(p: ASTParameters, pooled: tf.Tensor, config: ASTConfig): tf.Tensor2D {
  const { weight, bias } = p.classifier;
  return linear(norm(pooled, p.classifierLayernorm, config), weight, bias) as tf.Tensor2D;
}
