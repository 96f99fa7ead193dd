import { checkResampling, createResampler, type ResampleOptions } from './resampler.js';
import type { Waveform } from './waveform.js';

/** Samples that are resampled at a time, so that what is worked on stays in the processor's cache. */
const PIECE = 2 ** 16;

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
  checkResampling(waveform.sampleRate, sampleRate, method);
  if (sampleRate === waveform.sampleRate) return waveform;

  const resampler = createResampler(waveform.sampleRate, sampleRate, { method });
  const length = Math.ceil((waveform.samples.length * sampleRate) / waveform.sampleRate);
  const samples = new Float32Array(length);
  let at = 0;
  const keep = (piece: Float32Array): void => {
    samples.set(piece, at);
    at += piece.length;
  };
  for (let start = 0; start < waveform.samples.length; start += PIECE)
    keep(resampler.push(waveform.samples.subarray(start, start + PIECE)));
  keep(resampler.end());
  return { samples, sampleRate };
}
