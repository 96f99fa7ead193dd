import { AudioInputError } from '../errors.js';
import { polyphaseFilter, type ResampleMethod, resampleMethods } from './polyphase.js';
import type { Waveform } from './waveform.js';

/** How {@link resample} filters. */
export interface ResampleOptions {
  /**
   * Window of the low-pass filter. `'hann'` (default) is torchaudio's default, with 6 zero crossings and rolloff 0.99.
   * `'kaiser_best'` has a much steeper edge and takes ten times as long: 64 zero crossings, rolloff 0.9475937167399596,
   * beta 14.769656459379492.
   */
  readonly method?: ResampleMethod;
}

/**
 * Changes the sampling rate by band-limited interpolation, as `torchaudio.functional.resample` does (within 1e-5).
 *
 * @param waveform mono sound
 * @param sampleRate wanted rate, in Hz, a positive integer
 * @returns `ceil(samples * to / from)` samples; the waveform itself when it has that rate already
 * @throws {AudioInputError} when a rate is not a positive integer or the method is unknown
 *
 * @example
 * ```ts
 * const waveform = resample(await readAudio('dog.wav'), 16000);
 * ```
 */
export function resample(waveform: Waveform, sampleRate: number, { method = 'hann' }: ResampleOptions = {}): Waveform {
  checkSampleRate(sampleRate);
  checkSampleRate(waveform.sampleRate);
  if (!(method in resampleMethods)) {
    const known = Object.keys(resampleMethods).join("' or '");
    throw new AudioInputError(`Expected the method of resampling to be '${known}', got '${method}'.`);
  }
  if (sampleRate === waveform.sampleRate) return waveform;

  const { phases, step, taps, weights, starts, reach } = polyphaseFilter(waveform.sampleRate, sampleRate, method);
  const length = Math.ceil((waveform.samples.length * phases) / step);
  // Silence before and behind the sound, so that the inner loop has no edges. Double precision, as the weights: no conversions.
  const padded = new Float64Array(reach + waveform.samples.length + step + taps);
  padded.set(waveform.samples, reach);

  const samples = new Float32Array(length);
  for (let n = 0, round = reach; n < length; round += step) {
    for (let phase = 0, w = 0; phase < phases && n < length; phase++, n++) {
      // Four sums, because each addition would wait for the one before.
      let [a, b, c, d] = [0, 0, 0, 0];
      let at = round + starts[phase]!;
      for (const end = w + taps; w < end; w += 4, at += 4) {
        a += weights[w]! * padded[at]!;
        b += weights[w + 1]! * padded[at + 1]!;
        c += weights[w + 2]! * padded[at + 2]!;
        d += weights[w + 3]! * padded[at + 3]!;
      }
      samples[n] = a + b + (c + d);
    }
  }
  return { samples, sampleRate };
}

/** @throws {AudioInputError} unless `sampleRate` is a positive integer. */
export function checkSampleRate(sampleRate: number): void {
  if (!Number.isSafeInteger(sampleRate) || sampleRate < 1)
    throw new AudioInputError(`Expected a sampling rate in whole Hz, 1 or more, got ${String(sampleRate)}.`);
}
