import type { ASTForAudioClassification } from '../ast/index.js';
import { type MelSpectrogram, MelSpectrogramExtractor, resample, type Waveform } from '../audio/index.js';
import { stackSpectrograms } from '../ops/index.js';
import type { AttentionMap } from '../results/index.js';
import { expectModel, indexOfLabel, type Label } from './labels.js';
import { mapOfClip } from './mapOfClip.js';

/** Settings of {@link explain}. */
export interface ExplainOptions {
  /**
   * `'relevance'`: what raised the score of a label ({@link gradientRelevance}); `'rollout'`: where attention came from, through all blocks
   * ({@link attentionRollout}); `'last-block'`: what the last block attended to ({@link lastBlockAttention}). Default `'relevance'`.
   */
  method?: AttentionMap['method'];
  /** For relevance, whose score is explained, by name or index. Default: the predicted one. */
  label?: Label;
}

const methods: readonly AttentionMap['method'][] = ['relevance', 'rollout', 'last-block'];

/**
 * Where a model looked: weights over the patches of a sound's spectrogram. docs/explanations.md says what they mean, and do not mean.
 *
 * Takes the hidden states and one head's matrices [tokens, tokens], for AST-base and 10 s 0.1 GB of tensors over the model (relevance
 * 0.2 GB), where all attention is 0.85 GB.
 *
 * @param sound features as the model takes them ([maxLength, numMelBins], normalised), or a waveform, resampled where needed
 * @throws {RangeError} when an option is unknown, the model has no such label, or features are of another shape
 * @throws {AudioInputError} when the sound is empty or not finite
 * @throws {Error} for relevance of a model with `dtype: 'int8'`
 *
 * @example
 * ```ts
 * const { frequencies, times, weights } = await explain(model, await readAudio('dog.wav'), { label: 'Bark' });
 * ```
 */
export async function explain(
  model: ASTForAudioClassification,
  sound: MelSpectrogram | Waveform,
  { method = 'relevance', label }: ExplainOptions = {},
): Promise<AttentionMap> {
  expectModel(model);
  expectMethod(method);
  if (label !== undefined && method !== 'relevance')
    throw new RangeError(
      `A map of method '${method}' is the same for every label; leave label out, or take 'relevance'.`,
    );
  const index = label === undefined ? undefined : indexOfLabel(model, label);
  const inputValues = stackSpectrograms([featuresOf(model, sound)]);
  return mapOfClip(model, inputValues, method, index).finally(() => inputValues.dispose());
}

/**
 * {@link explain} for many clips, as an evaluation asks for it: a function of a clip's features.
 *
 * @param options `method`: as of {@link explain}; relevance explains the predicted label
 * @throws {RangeError} when the method is unknown
 *
 * @example
 * ```ts
 * const result = await evaluateModel(model, dataset, { attention: explainer(model, { method: 'rollout' }) });
 * ```
 */
export function explainer(
  model: ASTForAudioClassification,
  { method = 'relevance' }: Pick<ExplainOptions, 'method'> = {},
): (features: MelSpectrogram) => Promise<AttentionMap> {
  expectModel(model);
  expectMethod(method);
  return (features) => explain(model, features, { method });
}

function expectMethod(method: AttentionMap['method']): void {
  if (!methods.includes(method))
    throw new RangeError(`Expected method ${methods.map((name) => `'${name}'`).join(' or ')}, got '${method}'.`);
}

function featuresOf(model: ASTForAudioClassification, sound: MelSpectrogram | Waveform): MelSpectrogram {
  if (!('samples' in sound)) return sound;
  const extractor = new MelSpectrogramExtractor(model.extractorConfig);
  return extractor.extract(resample(sound, extractor.config.samplingRate));
}
