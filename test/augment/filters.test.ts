import { describe, expect, it } from 'vitest';
import { filtered, filteredWithoutPhase } from '../../src/augment/biquads.js';
import { type Biquad, butterworth, butterworthBand } from '../../src/augment/butterworth.js';
import { bandPassFilter, highPassFilter, lowPassFilter } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { farthest, levelOf, recording, sampleRate, sound, tone } from './sounds.js';

/** Response of sections at a frequency, in dB. */
function response(sections: readonly Biquad[], hertz: number): number {
  const angle = (-2 * Math.PI * hertz) / sampleRate;
  const size = (c: readonly number[]) =>
    Math.hypot(
      c.reduce((sum, value, k) => sum + value * Math.cos(k * angle), 0),
      c.reduce((sum, value, k) => sum + value * Math.sin(k * angle), 0),
    );
  return sections.reduce((sum, { b, a }) => sum + 20 * Math.log10(size(b) / size([1, ...a])), 0);
}
const warped = (hertz: number) => Math.tan((Math.PI * hertz) / sampleRate);
/** What a filter does to a tone, in dB, away from its start. */
const change = (before: Float32Array, after: Float32Array) =>
  levelOf(after.subarray(6000, 14000)) - levelOf(before.subarray(6000, 14000));
const frequencies = [60, 150, 400, 1000, 1500, 2400, 4000, 6000, 7500];

describe('butterworth', () => {
  it.each([1, 2, 3, 4, 5, 8])('has the response of its formula at order %i within 1e-8 dB', (order) => {
    for (const cutoff of [30, 150, 1000, 7500]) {
      const ratio = (hertz: number) => (warped(hertz) / warped(cutoff)) ** (2 * order);
      for (const hertz of frequencies) {
        const low = response(butterworth('lowpass', order, cutoff / sampleRate), hertz);
        expect(low).toBeCloseTo(-10 * Math.log10(1 + ratio(hertz)), 8);
        const high = response(butterworth('highpass', order, cutoff / sampleRate), hertz);
        expect(high).toBeCloseTo(-10 * Math.log10(1 + 1 / ratio(hertz)), 8);
      }
    }
  });

  it.each([1, 2, 3, 4, 7])('has the response of its formula as a band of order %i within 1e-8 dB', (order) => {
    for (const [low, high] of [
      [500, 3000],
      [3000, 3400],
      [1, 400],
    ] as const) {
      const [w1, w2] = [warped(low), warped(high)];
      const sections = butterworthBand(order, low / sampleRate, high / sampleRate);
      expect(sections.length).toBe(order);
      for (const hertz of frequencies) {
        const x = (warped(hertz) ** 2 - w1 * w2) / (warped(hertz) * (w2 - w1));
        expect(response(sections, hertz)).toBeCloseTo(-10 * Math.log10(1 + x ** (2 * order)), 8);
      }
    }
  });
});

describe('a filter gives what scipy gives, within 1e-6,', () => {
  // scipy 1.10.1, butter(order, frequencies, kind, fs=16000, output='sos') of the 60 samples below, every 12th:
  // sosfilt with zi = sosfilt_zi(sos) * x[0], and sosfiltfilt.
  const input = sound(
    60,
    (i) => 0.5 * Math.sin((0.16 * i * i) / 60 + 0.3 * i) + 0.25 * Math.sin(1.1 * i) + 0.3,
  ).samples;
  const fraction = (hertz: number) => hertz / sampleRate;
  it.each([
    [
      butterworth('lowpass', 2, fraction(1000)),
      [0.3, 0.473084, 0.522303, 0.225255, 0.212166],
      [0.311598, 0.086372, 0.444379, 0.446517, 0.368329],
    ],
    [
      butterworth('lowpass', 3, fraction(150)),
      [0.3, 0.313971, 0.336647, 0.344666, 0.337282],
      [0.346797, 0.318621, 0.310545, 0.317166, 0.328635],
    ],
    [
      butterworth('highpass', 4, fraction(2400)),
      [0, 0.001074, -0.117435, -0.2084, -0.212147],
      [0.000686, 0.120658, 0.194983, 0.194445, 0.119274],
    ],
    [
      butterworth('highpass', 3, fraction(300)),
      [0, -0.346912, 0.372995, 0.647121, 0.520259],
      [-0.024766, -0.21735, 0.662866, 0.884203, 0.407682],
    ],
    [
      butterworthBand(2, fraction(500), fraction(3000)),
      [0, -0.586002, 0.21334, 0.588032, 0.683061],
      [0.040686, -0.293707, 0.45822, 0.670259, 0.608194],
    ],
    [
      butterworthBand(3, fraction(3000), fraction(3400)),
      [0, 0.021292, -0.047786, -0.04815, 0.022851],
      [0.019073, 0.002998, -0.006489, 0.006125, 0.016782],
    ],
  ])('forwards, and forwards and backwards (%#)', (sections, forwards, both) => {
    const every12th = (samples: Float64Array) => samples.filter((_, i) => i % 12 === 0);
    expect(farthest(forwards, every12th(filtered(sections, input)))).toBeLessThan(1e-6);
    expect(farthest(both, every12th(filteredWithoutPhase(sections, input)))).toBeLessThan(1e-6);
  });
});

describe.each([
  ['lowPassFilter', lowPassFilter, 1],
  ['highPassFilter', highPassFilter, -1],
] as const)('%s', (_name, make, sign) => {
  it.each([12, 24, 48])(
    'attenuates tones by the formula with a steepness of %i dB an octave, within 0.05 dB',
    (rolloff) => {
      const limits = { minCutoffFreq: 1000, maxCutoffFreq: 1000, minRolloff: rolloff, maxRolloff: rolloff, p: 1 };
      for (const hertz of [500, 1000, 2000]) {
        const expected = -10 * Math.log10(1 + (warped(hertz) / warped(1000)) ** ((sign * rolloff) / 3));
        const input = tone(hertz);
        expect(change(input.samples, make(limits)(input, createRandom(1)).samples)).toBeCloseTo(expected, 1);
        // Without phase there are half as many poles, twice; the sound is 6 dB down at the cut-off.
        const twice = -20 * Math.log10(1 + (warped(hertz) / warped(1000)) ** ((sign * rolloff) / 6));
        const without = make({ ...limits, zeroPhase: true })(input, createRandom(1)).samples;
        expect(change(input.samples, without)).toBeCloseTo(twice, 1);
      }
    },
  );

  it('draws cut-offs evenly in mel, and each steepness', () => {
    const input = recording(50);
    const results = Array.from({ length: 30 }, (_, seed) => make({ p: 1 })(input, createRandom(seed)).samples[40]);
    expect(new Set(results).size).toBe(30);
  });

  it('leaves the constant part of a sound alone, or takes all of it', () => {
    const { samples } = make({ p: 1 })(
      sound(1000, () => 0.7),
      createRandom(1),
    );
    const expected = sign === 1 ? 0.7 : 0;
    expect(samples.every((sample) => Math.abs(sample - expected) < 1e-6)).toBe(true);
  });

  it('puts a cut-off that the sampling rate cannot hold just below half of it', () => {
    const limits = { minCutoffFreq: 9000, maxCutoffFreq: 9000, p: 1 };
    const input = tone(1000);
    const { samples } = make(limits)(input, createRandom(1));
    expect(samples.every(Number.isFinite)).toBe(true);
    if (sign === 1) expect(farthest(samples, input.samples)).toBeLessThan(1e-3);
    else expect(levelOf(samples.subarray(100))).toBeLessThan(-100);
  });
});

describe('bandPassFilter', () => {
  it('leaves its band and attenuates by the formula beside it, within 0.05 dB', () => {
    const limits = { minCenterFreq: 2000, maxCenterFreq: 2000, minBandwidthFraction: 0.5, maxBandwidthFraction: 0.5 };
    const pass = bandPassFilter({ ...limits, minRolloff: 24, maxRolloff: 24, p: 1 });
    const [w1, w2] = [warped(1500), warped(2500)];
    for (const hertz of [1000, 1500, 2000, 2500, 4000]) {
      const x = (warped(hertz) ** 2 - w1 * w2) / (warped(hertz) * (w2 - w1));
      const input = tone(hertz);
      const expected = -10 * Math.log10(1 + x ** 8);
      expect(change(input.samples, pass(input, createRandom(1)).samples)).toBeCloseTo(expected, 1);
    }
  });

  it('refuses a sound whose rate cannot hold the band', () => {
    const slow = tone(100, 1000, 4000);
    expect(() => bandPassFilter({ p: 1 })(slow, createRandom(1))).toThrow(
      new RangeError(
        'bandPassFilter expects bands below 2000 Hz, half the sampling rate, got maxCenterFreq 4000 with ' +
          'minBandwidthFraction 0.5: choose a lower maxCenterFreq.',
      ),
    );
  });
});
