import type { Random } from '../random.js';
import { between, checkChoice, checkLimits, checkValues, completeOptions, finite, integer } from './options.js';
import { type ProbabilityOptions, waveformAugmentation } from './probability.js';
import type { WaveformAugmentation } from './types.js';

/** Settings of {@link shift}. */
export interface ShiftOptions extends ProbabilityOptions {
  /** Smallest shift, in `shiftUnit`; below 0 is towards the start. Default -0.5. */
  readonly minShift?: number;
  /** Largest shift, in `shiftUnit`. Default 0.5. */
  readonly maxShift?: number;
  /** A fraction of the sound's length, [-1, 1]; a whole number of samples; or seconds. Default `'fraction'`. */
  readonly shiftUnit?: 'fraction' | 'samples' | 'seconds';
  /** Whether what leaves at one end comes back at the other; else there is silence. Default true. */
  readonly rollover?: boolean;
  /** Seconds over which the sound fades out before the stitch and in behind it, so that there is no click. Default 0.005. */
  readonly fadeDuration?: number;
}

/**
 * Moves a sound in time, round the end or into silence: `Shift` of
 * [audiomentations](https://iver56.github.io/audiomentations/). The length stays.
 *
 * @throws {RangeError} when an option is unknown or out of range
 *
 * @example
 * ```ts
 * const earlierOrLater = shift({ minShift: -0.2, maxShift: 0.2, shiftUnit: 'seconds', rollover: false });
 * ```
 */
export function shift(options: ShiftOptions = {}): WaveformAugmentation {
  const { minShift, maxShift, shiftUnit, rollover, fadeDuration, p } = completeOptions<Required<ShiftOptions>>(
    'shift',
    { minShift: -0.5, maxShift: 0.5, shiftUnit: 'fraction', rollover: true, fadeDuration: 0.005, p: 0.5 },
    options,
  );
  checkChoice('shift', 'shiftUnit', shiftUnit, ['fraction', 'samples', 'seconds']);
  const limit = { fraction: between(-1, 1), samples: integer, seconds: finite }[shiftUnit];
  checkLimits('shift', { minShift, maxShift }, limit);
  checkValues('shift', { fadeDuration }, between(0, 60));

  return waveformAugmentation('shift', p, (samples, sampleRate, random) => {
    const places = drawPlaces(samples.length, sampleRate, random);
    const fade = Math.floor(fadeDuration * sampleRate);
    return rollover ? rolled(samples, places, fade) : moved(samples, places, fade);
  });

  function drawPlaces(length: number, sampleRate: number, random: Random): number {
    if (shiftUnit === 'samples') return minShift + random.integer(maxShift - minShift + 1);
    return Math.round(random.uniform(minShift, maxShift) * (shiftUnit === 'fraction' ? length : sampleRate));
  }
}

/** Every sample `places` later, round the end; the sound fades in and out where its ends meet. */
function rolled(samples: Float32Array, places: number, fade: number): Float32Array {
  const { length } = samples;
  const stitch = ((places % length) + length) % length;
  if (stitch === 0) return samples.slice();
  const result = new Float32Array(length);
  result.set(samples.subarray(length - stitch));
  result.set(samples.subarray(0, length - stitch), stitch);
  fadeIn(result.subarray(stitch), fade);
  fadeOut(result.subarray(0, stitch), fade);
  return result;
}

/** Every sample `places` later, silence in its place; the sound fades where it was cut off from silence. */
function moved(samples: Float32Array, places: number, fade: number): Float32Array {
  const result = new Float32Array(samples.length);
  const kept = Math.max(samples.length - Math.abs(places), 0);
  if (places > 0) {
    result.set(samples.subarray(0, kept), samples.length - kept);
    fadeIn(result.subarray(samples.length - kept), fade);
  } else {
    result.set(samples.subarray(samples.length - kept));
    if (places < 0) fadeOut(result.subarray(0, kept), fade);
  }
  return result;
}

/**
 * Height of a fade of `length` samples, from 0 to 1: the energy-preserving polynomial of
 * [Signalsmith](https://signalsmith-audio.co.uk/writing/2021/cheap-energy-crossfade/), as in audiomentations.
 */
function heightOfFade(i: number, length: number): number {
  const x = length === 1 ? 0 : i / (length - 1);
  const a = x * (1 - x);
  return (a * (1 + 1.4186 * a) + x) ** 2;
}

function fadeIn(samples: Float32Array, fade: number): void {
  for (let i = 0; i < Math.min(fade, samples.length); i++) samples[i]! *= heightOfFade(i, fade);
}

function fadeOut(samples: Float32Array, fade: number): void {
  const last = samples.length - 1;
  for (let i = 0; i < Math.min(fade, samples.length); i++) samples[last - i]! *= heightOfFade(i, fade);
}
