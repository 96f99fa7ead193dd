import type { MelSpectrogram } from '../audio/index.js';
import { type FeatureScale, type FeatureScaleOptions, featureScale, framesOfSound } from './featureScale.js';
import { checkChoice, completeOptions } from './options.js';
import { type MixOptions, mixed, mixPairs } from './pairs.js';
import type { BatchAugmentation } from './types.js';

/** Settings of {@link mixup}. */
export interface MixupOptions extends MixOptions, FeatureScaleOptions {
  /** What is mixed: the features as they are, or the power of the sounds, as mixing waveforms does. Default `'features'`. */
  readonly domain?: 'features' | 'power';
}

/**
 * Mixes the clips of a batch in pairs, and their targets by the same share: `share * clip + (1 - share) * other`, mixup
 * ([Zhang et al. 2018](https://arxiv.org/abs/1710.09412)). Each pair has a share of its own, from Beta(alpha, alpha).
 *
 * The authors of AST mix waveforms, half of the clips, with Beta(10, 10). `{ alpha: 10, p: 0.5, domain: 'power' }` comes to
 * the same without reading sounds again: the powers of two sounds that know nothing of each other add, `share² * power +
 * (1 - share)² * other power`. Frames of padding are none of the sound: the clip keeps its length.
 *
 * @returns a function that throws an AudioInputError when the clips of a batch differ in frames, bins or labels
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const batch = mixup({ alpha: 10, p: 0.5, domain: 'power', extractorConfig: extractor.config });
 * const trainer = new Trainer({ model, extractor, trainDataset, augment: { batch } });
 * ```
 */
export function mixup(options: MixupOptions = {}): BatchAugmentation {
  const { alpha, p, domain, extractorConfig } = completeOptions<Required<MixupOptions>>(
    'mixup',
    { alpha: 1, p: 1, domain: 'features', extractorConfig: {} },
    options,
  );
  checkChoice('mixup', 'domain', domain, ['features', 'power']);
  const scale = featureScale(extractorConfig);
  return mixPairs('mixup', { alpha, p }, (clip, other, share) => ({
    features: {
      ...clip.features,
      data:
        domain === 'power'
          ? mixedPower(clip.features, other.features, share, scale)
          : mixed(clip.features.data, other.features.data, share),
    },
    target: mixed(clip.target, other.target, share),
  }));
}

/** Features of the two sounds together: [frames, bins]. */
function mixedPower(clip: MelSpectrogram, other: MelSpectrogram, share: number, scale: FeatureScale): Float32Array {
  const { offset, factor, floor } = scale;
  const power = (feature: number): number => Math.exp(feature / factor + offset);
  const result = clip.data.slice();
  const end = framesOfSound(clip, scale) * clip.bins;
  const otherEnd = framesOfSound(other, scale) * clip.bins;
  for (let i = 0; i < end; i++) {
    const added = i < otherEnd ? (1 - share) ** 2 * power(other.data[i]!) : 0;
    const sum = share ** 2 * power(clip.data[i]!) + added;
    result[i] = Math.max((Math.log(sum) - offset) * factor, floor);
  }
  return result;
}
