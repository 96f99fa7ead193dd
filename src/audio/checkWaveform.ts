import { AudioInputError } from '../errors.js';
import type { Waveform } from './waveform.js';

/** Throws an AudioInputError when a sound is empty, not finite, or not at the rate that `reader` expects. */
export function checkWaveform({ samples, sampleRate }: Waveform, expectedRate: number, reader: string): void {
  if (sampleRate !== expectedRate)
    throw new AudioInputError(
      `${reader} expects ${expectedRate} Hz audio, got ${sampleRate} Hz; call resample(waveform, ${expectedRate}) first.`,
    );
  if (samples.length === 0) throw new AudioInputError('Expected a sound of one sample or more, got an empty one.');
  if (areFinite(samples)) return;
  const bad = samples.findIndex((sample) => !Number.isFinite(sample));
  throw new AudioInputError(
    `Expected finite samples, got ${samples[bad]} at index ${bad}: check how the waveform was made.`,
  );
}

/** 0 x is 0 unless x is infinite or NaN. Four sums, because each addition would wait for the one before. */
function areFinite(samples: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i += 4) {
    a += 0 * samples[i]!;
    b += 0 * (samples[i + 1] ?? 0);
    c += 0 * (samples[i + 2] ?? 0);
    d += 0 * (samples[i + 3] ?? 0);
  }
  return a + b + c + d === 0;
}
