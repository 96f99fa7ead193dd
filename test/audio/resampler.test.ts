import { describe, expect, it } from 'vitest';
import { resample } from '../../src/audio/resample.js';
import { createResampler } from '../../src/audio/resampler.js';
import { AudioInputError } from '../../src/errors.js';
import { createRandom } from '../../src/random.js';

const random = createRandom([1, 'resampler']);
const noise = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));

/** Resamples pieces whose lengths are drawn at random, many of them empty or of one sample. */
function inPieces(samples: Float32Array, from: number, to: number, method: 'hann' | 'kaiser_best') {
  const resampler = createResampler(from, to, { method });
  const output: number[] = [];
  for (let at = 0; at < samples.length; ) {
    const length = random.integer(random.uniform() < 0.5 ? 3 : 2000);
    output.push(...resampler.push(samples.subarray(at, at + length)));
    at += length;
  }
  output.push(...resampler.end());
  return Float32Array.from(output);
}

describe('createResampler', () => {
  it.each([
    [44100, 16000],
    [48000, 16000],
    [8000, 16000],
    [22050, 48000],
    [16001, 16000],
    [16000, 16000],
  ] as const)('%i to %i Hz: pieces make up exactly what resample gives of the whole', (from, to) => {
    for (const method of ['hann', 'kaiser_best'] as const)
      for (const length of [0, 1, 5, 9001]) {
        const samples = noise(length);
        const whole = resample({ samples, sampleRate: from }, to, { method }).samples;
        expect(inPieces(samples, from, to, method)).toEqual(whole);
      }
  });

  it('agrees with a sound that is longer than what resample works on at a time', () => {
    const samples = noise(200_000);
    const whole = resample({ samples, sampleRate: 44100 }, 16000).samples;
    expect(inPieces(samples, 44100, 16000, 'hann')).toEqual(whole);
  });

  it('keeps no table of weights for rates that would need a large one, and gives the same', () => {
    // 3999971 is a prime: a table of its weights would have 16000 x 3032 entries. 4000000 Hz needs one phase alone.
    const samples = noise(5000);
    const { samples: found } = resample({ samples, sampleRate: 3_999_971 }, 16_000);
    expect(found.length).toBe(21); // a little more than 20
    const near = resample({ samples, sampleRate: 4_000_000 }, 16_000).samples;
    expect(near.length).toBe(20);
    for (const [i, sample] of near.entries()) expect(Math.abs(sample - found[i]!)).toBeLessThan(1e-3);
  });

  it('refuses rates that are not positive integers', () => {
    expect(() => createResampler(0, 16000)).toThrow(AudioInputError);
    expect(() => createResampler(16000, 1.5)).toThrow(AudioInputError);
  });
});
