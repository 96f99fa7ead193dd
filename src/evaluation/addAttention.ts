import type { MelSpectrogram } from '../audio/index.js';
import { featureSource } from '../datasets/featureSource.js';
import type { AudioDataset } from '../datasets/index.js';
import { type AttentionMap, type EvaluatedClip, type EvaluationResult, withText } from '../results/index.js';
import type { FeatureExtractor } from '../train/index.js';

/** Settings of {@link addAttention}. */
export interface AttentionOptions {
  /** Where the model looked in a clip: an `explainer`, or a function of your own. */
  readonly attention: (features: MelSpectrogram, clip: EvaluatedClip) => AttentionMap | Promise<AttentionMap>;
  /** The clips that `attention` is asked about: those that are misclassified (default), or all. */
  readonly attentionFor?: 'errors' | 'all';
}

/**
 * An evaluation with maps of where the model looked, for reports. {@link evaluateModel} does it along the way; this is for an evaluation
 * that came of a Trainer's predictions.
 *
 * @param dataset the clips that were evaluated, in their order
 * @throws {DatasetError} when a clip cannot be read
 *
 * @example
 * ```ts
 * const result = toEvaluation(await trainer.predict(), { model, dataset: evalDataset });
 * const explained = await addAttention(result, evalDataset, extractor, { attention: explainer(model) });
 * await renderReport(explained, { out: 'report.html', dataset: evalDataset });
 * ```
 */
export async function addAttention(
  result: EvaluationResult,
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  { attention, attentionFor = 'errors' }: AttentionOptions,
): Promise<EvaluationResult> {
  const read = featureSource(dataset, extractor);
  const clips: EvaluatedClip[] = [];
  let index = -1;
  for (const clip of result.clips) {
    do index++;
    while (dataset.idOf(index) !== clip.id); // recordings that could not be read are in between
    const isRight = (clip.classes ?? [clip.label]).includes(clip.prediction);
    const isWanted = attentionFor === 'all' || !isRight;
    clips.push(isWanted ? { ...clip, attention: await attention(await read(index), clip) } : clip);
  }
  return withText({ ...result, clips });
}
