import type { Random } from '../random.js';
import { completeExtractorConfig, type ExtractorConfig, paddingValue } from './preprocessorConfig.js';
import type { MelSpectrogram } from './waveform.js';

/** Settings of {@link spectrogramMasking}. */
export interface SpectrogramMaskingOptions {
  /** A mask has fewer mel bins than this; 0 masks none. Default 24. */
  readonly frequency?: number;
  /** A mask has fewer frames than this, of 10 ms each; 0 masks none. Default 96. */
  readonly time?: number;
  /** How the features were made, which says what 0 became when they were normalised. Default: as the extractor's defaults. */
  readonly extractorConfig?: Partial<ExtractorConfig>;
}

/** Changes the features of a clip at random, before they train a model. Leaves its input as it is. */
export type FeatureAugmentation = (features: MelSpectrogram, random: Random) => MelSpectrogram;

/**
 * Masks a band of mel bins and a span of frames, at random widths and places: SpecAugment
 * ([Park et al. 2019](https://arxiv.org/abs/1904.08779)) without the warping of time, drawn as torchaudio's
 * `FrequencyMasking` and `TimeMasking` draw: a width is uniform in [0, limit), and so is the start where it fits.
 *
 * The authors of AST mask with 0 before they normalise, so a masked value of normalised features is what the extractor's
 * padding is: `(0 - mean) / (2 std)`.
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
}: SpectrogramMaskingOptions = {}): FeatureAugmentation {
  for (const [name, limit] of Object.entries({ frequency, time }))
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw new RangeError(`Expected ${name} to be an integer of 0 or more, got ${limit}.`);
  const fill = paddingValue(completeExtractorConfig(extractorConfig));

  return ({ data, frames, bins }, random) => {
    if (frequency > bins || time > frames)
      throw new RangeError(
        `Masks of up to ${frequency} bins and ${time} frames do not fit features of ${bins} bins and ${frames} frames; ` +
          'give spectrogramMasking smaller limits.',
      );
    const [firstBin, endBin] = drawSpan(frequency, bins, random);
    const [firstFrame, endFrame] = drawSpan(time, frames, random);
    const masked = data.slice();
    for (let row = 0; row < frames; row++) masked.fill(fill, row * bins + firstBin, row * bins + endBin);
    masked.fill(fill, firstFrame * bins, endFrame * bins);
    return { data: masked, frames, bins };
  };
}

/** [start, end) of a mask on an axis of `size`. The width is a fraction until the start is drawn, as in torchaudio. */
function drawSpan(limit: number, size: number, random: Random): [start: number, end: number] {
  const width = random.uniform(0, limit);
  const start = Math.floor(random.uniform(0, size - width));
  return [start, start + Math.floor(width)];
}
