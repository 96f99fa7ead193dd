import { resample } from '../audio/resample.js';
import { powerOfTwo } from './inverseFourier.js';
import { between, checkLimits, completeOptions } from './options.js';
import { phaseVocoder } from './phaseVocoder.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import type { WaveformAugmentation } from './types.js';

/** Settings of {@link timeStretch}. */
export interface TimeStretchOptions extends ProbabilityOptions {
  /** Smallest speed, 0.1 or more; below 1 the sound lasts longer. Default 0.8. */
  readonly minRate?: number;
  /** Largest speed, 10 or less. Default 1.25. */
  readonly maxRate?: number;
  /** Whether the result is cut, or filled with silence, to the length that the sound had. Default true. */
  readonly leaveLengthUnchanged?: boolean;
}

/** Settings of {@link pitchShift}. */
export interface PitchShiftOptions extends ProbabilityOptions {
  /** Smallest shift in semitones, -24 or more; below 0 is down. Default -4. */
  readonly minSemitones?: number;
  /** Largest shift in semitones, 24 or less. Default 4. */
  readonly maxSemitones?: number;
}

/**
 * Plays a sound faster or slower at the same pitch: `TimeStretch` of
 * [audiomentations](https://iver56.github.io/audiomentations/), by its `librosa_phase_vocoder`, with frames of 40 ms or
 * a little more (the next power of two) for librosa's 2048 samples, so that attacks stay sharper at 16 kHz.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const fasterOrSlower = timeStretch({ minRate: 0.9, maxRate: 1.1, leaveLengthUnchanged: false });
 * ```
 */
export function timeStretch(options: TimeStretchOptions = {}): WaveformAugmentation {
  const defaults = { minRate: 0.8, maxRate: 1.25, leaveLengthUnchanged: true, p: 0.5 };
  const { minRate, maxRate, leaveLengthUnchanged, p } = completeOptions('timeStretch', defaults, options);
  checkLimits('timeStretch', { minRate, maxRate }, between(0.1, 10));
  return waveformAugmentation('timeStretch', p, (samples, sampleRate, random) => {
    const stretched = phaseVocoder(samples, random.uniform(minRate, maxRate), frameLength(sampleRate));
    return leaveLengthUnchanged ? fitted(stretched, samples.length) : stretched;
  });
}

/**
 * Makes a sound higher or lower at the same speed: `PitchShift` of
 * [audiomentations](https://iver56.github.io/audiomentations/), stretched in time and resampled as torchaudio's
 * `pitch_shift`. The length stays. The pitch is within a cent (a hundredth of a semitone) of what was drawn.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const higherOrLower = pitchShift({ minSemitones: -2, maxSemitones: 2 });
 * ```
 */
export function pitchShift(options: PitchShiftOptions = {}): WaveformAugmentation {
  const { minSemitones, maxSemitones, p } = completeOptions(
    'pitchShift',
    { minSemitones: -4, maxSemitones: 4, p: 0.5 },
    options,
  );
  checkLimits('pitchShift', { minSemitones, maxSemitones }, between(-24, 24));
  return waveformAugmentation('pitchShift', p, (samples, sampleRate, random) => {
    // Resampling wants whole rates. Among 1000 to 4000 the nearest is less than a cent away.
    const ratio = 2 ** (random.uniform(minSemitones, maxSemitones) / 12);
    const [from, to] = ratio > 1 ? [Math.round(1000 * ratio), 1000] : [1000, Math.round(1000 / ratio)];
    const stretched = phaseVocoder(samples, to / from, frameLength(sampleRate));
    return fitted(resample({ samples: stretched, sampleRate: from }, to).samples, samples.length);
  });
}

const SECONDS_OF_FRAME = 0.04;

const frameLength = (sampleRate: number): number => powerOfTwo(Math.max(SECONDS_OF_FRAME * sampleRate, 16));

/** The first `length` samples, with silence behind where there are fewer. */
function fitted(samples: Float32Array, length: number): Float32Array {
  const result = new Float32Array(length);
  result.set(samples.subarray(0, length));
  return result;
}
