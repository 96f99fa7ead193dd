import type { MelSpectrogram, Waveform } from '../audio/index.js';
import { createRandom, type Random, type RandomKey } from '../random.js';
import { decibels, rms } from './levels.js';

/** What an augmentation did to a sound or to features; `String(preview)` sums it up. */
export interface AugmentationPreview<T extends Waveform | MelSpectrogram> {
  readonly before: T;
  readonly after: T;
  /** Length and levels before and after, and the level of the difference, as a table. */
  toString(): string;
}

/** Settings of {@link preview}. */
export interface PreviewOptions {
  /** Seed of the random numbers; another one shows another draw. Default 42. */
  readonly seed?: number | readonly RandomKey[];
}

/**
 * Applies an augmentation once and gives the sound, or the features, before and after. As text, it tells lengths, levels in
 * dB of full scale (of features: mean and range), and how far below the sound the difference lies.
 *
 * @param augmentation of waveforms or of features
 * @param sound a waveform, or features
 * @throws {RangeError} when a seed is not a safe integer; and what the augmentation throws
 *
 * @example
 * ```ts
 * const { before, after } = preview(addGaussianSnr({ p: 1 }), await readAudio('dog.wav'), { seed: 7 });
 * console.log(String(preview(pitchShift({ p: 1 }), before)));
 * ```
 */
export function preview<T extends Waveform | MelSpectrogram>(
  augmentation: (input: T, random: Random) => T,
  sound: T,
  { seed = 42 }: PreviewOptions = {},
): AugmentationPreview<T> {
  const after = augmentation(sound, createRandom(seed));
  return { before: sound, after, toString: () => summary(sound, after) };
}

function summary(before: Waveform | MelSpectrogram, after: Waveform | MelSpectrogram): string {
  const rows =
    'samples' in before && 'samples' in after
      ? [
          ['', 'seconds', 'samples', 'peak dB', 'RMS dB'],
          ['before', ...ofSound(before)],
          ['after', ...ofSound(after)],
        ]
      : [
          ['', 'frames', 'bins', 'mean', 'lowest', 'highest'],
          ['before', ...ofFeatures(before as MelSpectrogram)],
          ['after', ...ofFeatures(after as MelSpectrogram)],
        ];
  const table = rows.map(([name, ...cells]) => name!.padEnd(6) + cells.map((cell) => cell.padStart(10)).join(''));
  return [...table, difference(valuesOf(before), valuesOf(after))].join('\n');
}

const valuesOf = (input: Waveform | MelSpectrogram): Float32Array => ('samples' in input ? input.samples : input.data);

const ofSound = ({ samples, sampleRate }: Waveform): string[] => [
  (samples.length / sampleRate).toFixed(3),
  String(samples.length),
  decibels(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toFixed(1),
  decibels(rms(samples)).toFixed(1),
];

const ofFeatures = ({ data, frames, bins }: MelSpectrogram): string[] => [
  String(frames),
  String(bins),
  (data.reduce((sum, value) => sum + value, 0) / data.length).toFixed(3),
  data.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY).toFixed(3),
  data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY).toFixed(3),
];

function difference(before: Float32Array, after: Float32Array): string {
  if (before.length !== after.length) return 'difference: none, as the lengths differ';
  const level = rms(after.map((value, i) => value - before[i]!));
  if (level === 0) return 'difference: none, they are equal';
  const changed = after.reduce((count, value, i) => count + Number(value !== before[i]), 0);
  const share = ((100 * changed) / before.length).toFixed(1);
  return `difference: ${decibels(level / rms(before)).toFixed(1)} dB beside what it was, in ${share} % of the values`;
}
