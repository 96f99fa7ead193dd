import * as tf from '@tensorflow/tfjs-core';
import type { ASTForAudioClassification } from '../ast/index.js';
import type { AttentionMap } from '../results/index.js';
import { expectModel, indexOfLabel, type Label } from './labels.js';
import { mapOfClip } from './mapOfClip.js';

/**
 * Gradient-weighted relevance ([Chefer, Gur and Wolf 2021](https://arxiv.org/abs/2103.15679), for self-attention): as attention rollout,
 * but of a block's attention only what raises the score of a label counts: the mean over heads of the positive part of A ∘ ∂ score / ∂ A,
 * added to the identity without normalisation. So it differs from label to label.
 *
 * Clips go through one by one, and of a clip's matrices [tokens, tokens] only those of one head are there at a time. The parameters
 * get no gradient and stay as they are; an adapter on the model counts.
 *
 * @param inputValues normalised log-mel features, [batch, maxLength, numMelBins]
 * @param options `label`: whose score before softmax or sigmoid is explained, by name or index; default: each clip's predicted one
 * @returns a map for each clip
 * @throws {RangeError} when the model has no such label, or the input is of another shape
 * @throws {Error} for a model with `dtype: 'int8'`
 *
 * @example
 * ```ts
 * const inputValues = stackSpectrograms([extractor.extract(waveform)]);
 * const [map] = await gradientRelevance(model, inputValues, { label: 'rooster' });
 * inputValues.dispose();
 * ```
 */
export async function gradientRelevance(
  model: ASTForAudioClassification,
  inputValues: tf.Tensor3D,
  { label }: { label?: Label } = {},
): Promise<AttentionMap[]> {
  expectModel(model);
  const index = label === undefined ? undefined : indexOfLabel(model, label);
  const maps: AttentionMap[] = [];
  for (let clip = 0; clip < inputValues.shape[0]; clip++) {
    const one = tf.slice(inputValues, [clip, 0, 0], [1, -1, -1]);
    try {
      maps.push(await mapOfClip(model, one, 'relevance', index));
    } finally {
      one.dispose();
    }
  }
  return maps;
}
