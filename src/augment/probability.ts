import type { Waveform } from '../audio/index.js';
import { AudioInputError } from '../errors.js';
import type { Random } from '../random.js';
import { between, checkValues } from './options.js';
import type { WaveformAugmentation } from './types.js';

/** How often an augmentation is applied. */
export interface ProbabilityOptions {
  /** Probability of applying it to a sound, [0, 1]; else the sound stays as it is. Default 0.5, as in audiomentations. */
  readonly p?: number;
}

/**
 * `change`, applied with probability `p`; else the input itself is the result. One number is drawn to decide, whatever
 * `p` is, so that `p` does not move what is drawn after it.
 *
 * @throws {RangeError} unless `p` is in [0, 1]
 */
export function withProbability<In, Out extends In>(
  augmentation: string,
  p: number,
  change: (input: In, random: Random) => Out,
): (input: In, random: Random) => Out {
  checkValues(augmentation, { p }, between(0, 1));
  // An augmentation gives what it takes; that batches come out as a type of array that may be changed is all that Out adds.
  return (input, random) => (random.uniform() < p ? change(input, random) : (input as Out));
}

/** New samples from those of a sound that has one or more, all finite. */
type ChangeSamples = (samples: Float32Array, sampleRate: number, random: Random) => Float32Array;

/**
 * An augmentation of waveforms from what it does to samples. An empty sound stays empty.
 *
 * @returns a function that throws an AudioInputError for a sound with samples that are not finite
 */
export const waveformAugmentation = (augmentation: string, p: number, change: ChangeSamples): WaveformAugmentation =>
  withProbability(augmentation, p, (waveform: Waveform, random) => {
    const { samples, sampleRate } = waveform;
    if (samples.length === 0) return waveform;
    const bad = samples.findIndex((sample) => !Number.isFinite(sample));
    if (bad >= 0)
      throw new AudioInputError(
        `${augmentation} expects finite samples, got ${samples[bad]} at index ${bad}: check how the waveform was made.`,
      );
    return { samples: change(samples, sampleRate, random), sampleRate };
  });
