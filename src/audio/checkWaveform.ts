import { AudioInputError } from '../errors.js';
import type { Waveform } from './waveform.js';

/** Throws an AudioInputError when a sound is empty, not finite, or not at the rate that `reader` expects. */
export function checkWaveform({ samples, sampleRate }: Waveform, expectedRate: number, reader: string): void {
  if (sampleRate !== expectedRate)
    throw new AudioInputError(
      `${reader} expects ${expectedRate} Hz audio, got ${sampleRate} Hz; call resample(waveform, ${expectedRate}) first.`,
    );
  if (samples.length === 0) throw new AudioInputError('Expected a sound of one sample or more, got an empty one.');
  for (let i = 0; i < samples.length; i++) {
    if (!Number.isFinite(samples[i]))
      throw new AudioInputError(
        `Expected finite samples, got ${samples[i]} at index ${i}: check how the waveform was made.`,
      );
  }
}
