import { amplitude, scaled } from './levels.js';
import { checkLimits, completeOptions, decibelValue } from './options.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import type { WaveformAugmentation } from './types.js';

/** Settings of {@link gain}. */
export interface GainOptions extends ProbabilityOptions {
  /** Smallest gain, in dB; below 0 is quieter. Default -12. */
  readonly minGainDb?: number;
  /** Largest gain, in dB. Default 12. */
  readonly maxGainDb?: number;
}

/**
 * Makes a sound louder or quieter by a gain that is uniform in decibels: `Gain` of
 * [audiomentations](https://iver56.github.io/audiomentations/). Samples may leave [-1, 1]; nothing is clipped.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const louderOrQuieter = gain({ minGainDb: -6, maxGainDb: 6 });
 * ```
 */
export function gain(options: GainOptions = {}): WaveformAugmentation {
  const { minGainDb, maxGainDb, p } = completeOptions('gain', { minGainDb: -12, maxGainDb: 12, p: 0.5 }, options);
  checkLimits('gain', { minGainDb, maxGainDb }, decibelValue);
  return waveformAugmentation('gain', p, (samples, _rate, random) =>
    scaled(samples, amplitude(random.uniform(minGainDb, maxGainDb))),
  );
}

/**
 * Turns a sound upside down: every sample changes its sign. `PolarityInversion` of
 * [audiomentations](https://iver56.github.io/audiomentations/). Log-mel features of one sound do not hear it; a mixture of
 * sounds does.
 *
 * @throws {RangeError} when `p` is not in [0, 1]
 *
 * @example
 * ```ts
 * const upsideDown = polarityInversion();
 * ```
 */
export function polarityInversion(options: ProbabilityOptions = {}): WaveformAugmentation {
  const { p } = completeOptions('polarityInversion', { p: 0.5 }, options);
  return waveformAugmentation('polarityInversion', p, (samples) => scaled(samples, -1));
}
