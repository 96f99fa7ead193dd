import { featureScale } from './featureScale.js';
import { type MaskValueOptions, maskAlong } from './masks.js';
import { checkChoice } from './options.js';
import type { FeatureAugmentation } from './types.js';

/** Settings of {@link spectrogramMasking}. */
export interface SpectrogramMaskingOptions extends MaskValueOptions {
  /** A mask has fewer mel bins than this; 0 masks none. Default 24. */
  readonly frequency?: number;
  /** A mask has fewer frames than this, of 10 ms each; 0 masks none. Default 96. */
  readonly time?: number;
}

/**
 * Masks a band of mel bins and a span of frames, at random widths and places: SpecAugment
 * ([Park et al. 2019](https://arxiv.org/abs/1904.08779)) without the warping of time, drawn as torchaudio's
 * `FrequencyMasking` and `TimeMasking` draw, with the limits of AST's authors. {@link frequencyMasking} and
 * {@link timeMasking} are the two alone, with more masks.
 *
 * What is masked becomes the mean of the features, as in SpecAugment. The authors of AST mask with 0 before they normalise:
 * `maskValue: 'padding'` does. A small model trained from scratch on ESC-10 learned less with that (docs/augmentation.md).
 *
 * @returns a function of features [frames, bins] and random numbers; it throws a RangeError for features with fewer frames
 * or bins than a mask may have
 * @throws {RangeError} when a limit is no integer of 0 or more, or `extractorConfig` is out of range
 *
 * @example
 * ```ts
 * const extractor = new MelSpectrogramExtractor({ maxLength: 512 });
 * const augment = spectrogramMasking({ frequency: 24, time: 96, extractorConfig: extractor.config });
 * ```
 */
export function spectrogramMasking({
  frequency = 24,
  time = 96,
  extractorConfig = {},
  maskValue = 'mean',
}: SpectrogramMaskingOptions = {}): FeatureAugmentation {
  for (const [name, limit] of Object.entries({ frequency, time }))
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw new RangeError(`Expected ${name} to be an integer of 0 or more, got ${limit}.`);
  checkChoice('spectrogramMasking', 'maskValue', maskValue, ['mean', 'padding']);
  const { [maskValue]: fill } = featureScale(extractorConfig);

  return ({ data, frames, bins }, random) => {
    if (frequency > bins || time > frames)
      throw new RangeError(
        `Masks of up to ${frequency} bins and ${time} frames do not fit features of ${bins} bins and ${frames} frames; ` +
          'give spectrogramMasking smaller limits.',
      );
    const masked = { data: data.slice(), frames, bins };
    maskAlong('frequency', frequency, masked, fill, random);
    maskAlong('time', time, masked, fill, random);
    return masked;
  };
}
