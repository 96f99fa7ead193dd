import * as tf from '@tensorflow/tfjs-core';
import { patchGrid } from '../ast/config.js';
import type { ASTConfig } from '../ast/index.js';
import { AudioInputError } from '../errors.js';
import type { AttentionMap } from '../results/index.js';

/** AST has two class tokens before its patches, [CLS] and the distillation token; the mean of both is classified. */
const CLASS_TOKENS = 2;

/**
 * The mean of the class tokens' rows of the identity, [1, tokens]. Of a product of matrices, the last block's on the left, only the mean of
 * these rows is wanted: this row times one matrix after the other gives it, the last block's first, without a product of matrices.
 */
export const classTokenRow = (tokens: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: tokens }, (_, token) => (token < CLASS_TOKENS ? 1 / CLASS_TOKENS : 0)),
    [1, tokens],
  );

/**
 * The map of weights over tokens: those of the patches, normalised to sum 1. Where all are 0, no patch matters more than another, and
 * all get the same. Reads the tensor and frees it.
 *
 * @param weights [1, tokens]: class tokens, then patches, frequency-major
 */
export async function toAttentionMap(
  method: AttentionMap['method'],
  weights: tf.Tensor2D,
  config: ASTConfig,
): Promise<AttentionMap> {
  const { frequency: frequencies, time: times } = patchGrid(config);
  const ofPatches = Array.from(await weights.data().finally(() => weights.dispose())).slice(CLASS_TOKENS);
  const sum = ofPatches.reduce((total, weight) => total + weight, 0);
  if (!Number.isFinite(sum))
    throw new AudioInputError(
      'The weights of the patches are not finite: expected features and parameters that are finite numbers.',
    );
  const normalised = ofPatches.map((weight) => (sum > 0 ? weight / sum : 1 / ofPatches.length));
  return { method, frequencies, times, weights: normalised };
}
