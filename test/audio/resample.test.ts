import { describe, expect, it } from 'vitest';
import { polyphaseFilter } from '../../src/audio/polyphase.js';
import { resample } from '../../src/audio/resample.js';
import { AudioInputError } from '../../src/errors.js';

const tone = (hertz: number, sampleRate: number, seconds = 0.5) => ({
  samples: Float32Array.from({ length: seconds * sampleRate }, (_, i) =>
    Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  ),
  sampleRate,
});
const power = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

describe('resample', () => {
  it('returns the same waveform when it has the rate already', () => {
    const waveform = tone(440, 16000);
    expect(resample(waveform, 16000)).toBe(waveform);
  });

  it.each(['hann', 'kaiser_best'] as const)(
    'keeps a tone below half of both rates, with %s, within 1 percent',
    (method) => {
      for (const [from, to] of [
        [44100, 16000],
        [8000, 16000],
        [16001, 16000],
      ] as const) {
        const resampled = resample(tone(1000, from), to, { method }).samples;
        const expected = tone(1000, to).samples;
        const middle = (samples: Float32Array) => samples.subarray(1000, expected.length - 1000);
        expect(power(middle(resampled.map((sample, i) => sample - (expected[i] ?? 0))))).toBeLessThan(
          1e-4 * power(expected),
        );
      }
    },
  );

  it('removes a tone that the lower rate cannot hold', () => {
    const resampled = resample(tone(12000, 44100), 16000, { method: 'kaiser_best' }).samples;
    expect(power(resampled.subarray(1000, 7000))).toBeLessThan(1e-6);
  });

  it('gives ceil(samples x to / from) samples, also of one sample and of none', () => {
    for (const [length, from, to] of [
      [1, 44100, 16000],
      [22051, 44100, 16000],
      [0, 44100, 16000],
      [7, 16000, 48000],
    ] as const) {
      const resampled = resample({ samples: new Float32Array(length), sampleRate: from }, to);
      expect(resampled.samples.length).toBe(Math.ceil((length * to) / from));
    }
  });

  it('leaves its input as it is', () => {
    const waveform = tone(440, 44100);
    const before = waveform.samples.slice();
    resample(waveform, 16000);
    expect(waveform.samples).toEqual(before);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses the rate %d', (rate) => {
    expect(() => resample(tone(440, 16000), rate)).toThrow(AudioInputError);
    expect(() => resample({ samples: new Float32Array(1), sampleRate: rate }, 16000)).toThrow(
      `Expected a sampling rate in whole Hz, 1 or more, got ${rate}.`,
    );
  });

  it('refuses a method it does not know and names those it does', () => {
    expect(() => resample(tone(440, 16000), 8000, { method: 'linear' as 'hann' })).toThrow(
      "Expected the method of resampling to be 'hann' or 'kaiser_best', got 'linear'.",
    );
  });
});

describe('polyphaseFilter', () => {
  it('is computed once for all rates of the same ratio', () => {
    expect(polyphaseFilter(44100, 16000, 'hann')).toBe(polyphaseFilter(441, 160, 'hann'));
    expect(polyphaseFilter(44100, 16000, 'hann')).not.toBe(polyphaseFilter(44100, 16000, 'kaiser_best'));
  });

  it('keeps the eight used last', () => {
    const oldest = polyphaseFilter(3, 2, 'hann');
    for (let rate = 5; rate < 13; rate++) polyphaseFilter(rate, rate + 1, 'hann');
    expect(polyphaseFilter(3, 2, 'hann')).not.toBe(oldest);
  });
});
