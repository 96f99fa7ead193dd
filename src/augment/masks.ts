import type { MelSpectrogram } from '../audio/index.js';
import type { Random } from '../random.js';
import type { FeatureScaleOptions } from './featureScale.js';

/** An axis of features. */
export type Axis = 'frequency' | 'time';

/** What masks are filled with. */
export interface MaskValueOptions extends FeatureScaleOptions {
  /**
   * `'mean'` (default): the mean of the features, 0 where they are normalised, as SpecAugment fills masks; `'padding'`: a log
   * energy of 0 before normalisation, as the authors of AST do. That is louder than most sounds: small models learn less.
   */
  readonly maskValue?: 'mean' | 'padding';
}

/**
 * Fills a band of bins or a span of frames of `data` with `fill`, in place, drawn as torchaudio's `mask_along_axis` draws: a
 * width is uniform in [0, limit), and so is the start where it fits. The width is a fraction until the start is drawn. A
 * limit below 1 masks, and draws, nothing.
 */
export function maskAlong(
  axis: Axis,
  limit: number,
  { data, frames, bins }: MelSpectrogram,
  fill: number,
  random: Random,
): void {
  if (limit < 1) return;
  const width = random.uniform(0, limit);
  const start = Math.floor(random.uniform(0, (axis === 'time' ? frames : bins) - width));
  const end = start + Math.floor(width);
  if (axis === 'time') data.fill(fill, start * bins, end * bins);
  else for (let row = 0; row < frames; row++) data.fill(fill, row * bins + start, row * bins + end);
}
