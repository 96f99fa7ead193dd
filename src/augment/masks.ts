import type { MelSpectrogram } from '../audio/index.js';
import type { Random } from '../random.js';

/** An axis of features. */
export type Axis = 'frequency' | 'time';

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
