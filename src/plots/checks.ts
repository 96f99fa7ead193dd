/** Checks that the pictures share: a caller's mistake is refused before anything is loaded. */

import type { PictureOptions } from './picture.js';
import { languages } from './words.js';

const themes = ['light', 'dark', 'auto'];

/** Fills in what all pictures take. */
export function completeOptions(
  { width, height, title, theme = 'light', language = 'en' }: PictureOptions,
  defaults: { width: number; height: number },
): Required<Omit<PictureOptions, 'title'>> & { title?: string } {
  const size = { width: width ?? defaults.width, height: height ?? defaults.height };
  for (const [name, value] of Object.entries(size))
    if (!(Number.isFinite(value) && value >= 100 && value <= 20_000))
      throw new RangeError(`${name} must be a number of CSS pixels from 100 to 20000, got ${String(value)}`);
  if (!themes.includes(theme)) throw new RangeError(`theme must be 'light', 'dark' or 'auto', got '${String(theme)}'`);
  if (!(language in languages)) throw new RangeError(`language must be 'en' or 'es', got '${String(language)}'`);
  return { ...size, theme, language, ...(title !== undefined && { title }) };
}

/** A spectrogram whose data have the size that it names, of finite numbers. */
export function checkSpectrogram({
  data,
  frames,
  bins,
}: {
  data: ArrayLike<number>;
  frames: number;
  bins: number;
}): void {
  for (const [name, value] of Object.entries({ frames, bins }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} of the spectrogram must be an integer, 1 or more, got ${String(value)}`);
  if (data?.length !== frames * bins)
    throw new RangeError(
      `data of the spectrogram must hold frames x bins = ${frames * bins} values, got ${String(data?.length)}`,
    );
  checkNumbers(data, 'data of the spectrogram');
}

/** Finite numbers, within limits where there are any. */
export function checkNumbers(
  values: ArrayLike<number>,
  name: string,
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: { least?: number; most?: number } = {},
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value) || value < least || value > most)
      throw new RangeError(
        `${name} must hold finite numbers${rangeOf(least, most)}, got ${String(value)} at index ${i}`,
      );
  }
}

const rangeOf = (least: number, most: number): string =>
  Number.isFinite(least) ? (Number.isFinite(most) ? ` from ${least} to ${most}` : `, ${least} or more`) : '';
