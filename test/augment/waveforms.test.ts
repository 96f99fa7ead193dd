import { describe, expect, it } from 'vitest';
import type { WaveformAugmentation } from '../../src/augment/index.js';
import * as augment from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { recording, sampleRate, sound } from './sounds.js';

const sounds = [recording(3000, 9), { ...recording(20000, 10), sampleRate: 44100 }];
const impulseResponses = [sound(800, (i) => 0.99 ** i * Math.cos(i * i))];

/** Every augmentation of waveforms, always applied. */
const all: Record<string, (p: number) => WaveformAugmentation> = {
  gain: (p) => augment.gain({ p }),
  polarityInversion: (p) => augment.polarityInversion({ p }),
  clippingDistortion: (p) => augment.clippingDistortion({ p, minPercentileThreshold: 10 }),
  addGaussianSnr: (p) => augment.addGaussianSnr({ p }),
  addColorNoise: (p) => augment.addColorNoise({ p }),
  addBackgroundNoise: (p) => augment.addBackgroundNoise({ sounds, p }),
  timeStretch: (p) => augment.timeStretch({ p }),
  pitchShift: (p) => augment.pitchShift({ p }),
  shift: (p) => augment.shift({ p }),
  lowPassFilter: (p) => augment.lowPassFilter({ p }),
  highPassFilter: (p) => augment.highPassFilter({ p }),
  bandPassFilter: (p) => augment.bandPassFilter({ p }),
  applyImpulseResponse: (p) => augment.applyImpulseResponse({ impulseResponses, p }),
};

describe.each(Object.entries(all))('%s', (name, make) => {
  const always = make(1);

  it('gives the same sound for the same seed, and another for another', () => {
    const input = recording();
    const result = always(input, createRandom(3));
    expect(always(input, createRandom(3))).toEqual(result);
    const same = ['polarityInversion', 'applyImpulseResponse'].includes(name); // nothing to draw, or one to draw from
    expect(always(input, createRandom(4)).samples.every((sample, i) => sample === result.samples[i])).toBe(same);
  });

  it('changes the sound and leaves its input, the length and the rate as they are', () => {
    const input = recording();
    const { samples, sampleRate: rate } = always(input, createRandom(5));
    expect(input).toEqual(recording());
    expect(samples).not.toEqual(input.samples);
    expect([samples.length, rate]).toEqual([input.samples.length, sampleRate]);
  });

  it('gives finite samples, of short sounds, silence and sounds at full scale too', () => {
    const inputs = [1, 2, 3, 15, 40, 700].map((length) => recording(length));
    inputs.push(
      sound(1000, () => 0),
      sound(1000, () => 1),
      sound(1, () => 0),
      sound(1000, (i) => (i % 2 ? 1 : -1)),
    );
    for (const input of inputs) {
      for (let seed = 0; seed < 10; seed++) {
        const { samples } = always(input, createRandom(seed));
        expect(samples.length).toBe(input.samples.length);
        expect(samples.every(Number.isFinite)).toBe(true);
      }
    }
  });

  it('keeps silence silent', () => {
    const { samples } = always(
      sound(2000, () => 0),
      createRandom(1),
    );
    expect(samples.every((sample) => sample === 0)).toBe(true);
  });

  it('keeps an empty sound as it is', () => {
    const empty = sound(0, () => 0);
    expect(always(empty, createRandom(1))).toBe(empty);
  });

  it('is applied with probability p', () => {
    const input = recording(50);
    expect(make(0)(input, createRandom(1))).toBe(input);
    const sometimes = make(0.25);
    let applied = 0;
    for (let seed = 0; seed < 400; seed++) applied += Number(sometimes(input, createRandom(seed)) !== input);
    expect(Math.abs(applied / 400 - 0.25)).toBeLessThan(0.09); // four standard errors
  });

  it('refuses samples that are not finite', () => {
    const broken = sound(10, (i) => (i === 3 ? Number.NaN : 0.1));
    expect(() => always(broken, createRandom(1))).toThrow(
      `${name} expects finite samples, got NaN at index 3: check how the waveform was made.`,
    );
  });

  it('refuses a p that is no probability', () => {
    expect(() => make(1.5)).toThrow(new RangeError(`${name} expects p to be a number from 0 to 1, got 1.5.`));
  });
});

describe('a seed', () => {
  const input = sound(4000, (i) => 0.4 * Math.sin(0.3 * i) + 0.2 * Math.sin(0.0004 * i * i));
  const noise = sound(9000, (i) => Math.sin(0.001 * i * i));
  const response = sound(300, (i) => 0.98 ** i * Math.cos(i * i));
  // Samples 500, 2000 and 3500 with seed 7, as the first version gave them.
  it.each<[WaveformAugmentation, number[]]>([
    [augment.gain({ p: 1 }), [-0.791691, -0.291493, 0.21553]],
    [augment.clippingDistortion({ p: 1 }), [-0.3709, -0.142572, 0.105418]],
    [augment.addGaussianSnr({ p: 1 }), [-0.381121, -0.142528, 0.099781]],
    [augment.addColorNoise({ p: 1 }), [-0.38881, -0.1297, 0.116307]],
    [augment.addBackgroundNoise({ sounds: [noise], p: 1 }), [-0.398893, -0.163929, 0.106649]],
    [augment.timeStretch({ p: 1 }), [-0.370921, -0.083466, 0.153111]],
    [augment.pitchShift({ p: 1 }), [-0.19134, -0.204803, 0.331799]],
    [augment.shift({ p: 1 }), [0.31244, 0.377946, -0.554908]],
    [augment.lowPassFilter({ p: 1 }), [-0.532833, 0.219572, 0.140199]],
    [augment.highPassFilter({ p: 1 }), [0.283103, -0.344231, -0.084974]],
    [augment.bandPassFilter({ p: 1 }), [0.250802, -0.077461, 0.028103]],
    [augment.applyImpulseResponse({ impulseResponses: [response], p: 1 }), [0.426211, -0.112695, -0.172935]],
  ])('gives the same sound on every platform and in every version, within 5e-6 (%#)', (augmentation, expected) => {
    const { samples } = augmentation(input, createRandom(7));
    for (const [n, i] of [500, 2000, 3500].entries()) expect(samples[i]).toBeCloseTo(expected[n]!, 5);
  });
});

describe('options', () => {
  it.each([
    [
      () => augment.gain({ minGainDb: 3, maxGainDb: -3 }),
      'gain expects minGainDb to be at most maxGainDb, got 3 and -3: swap them.',
    ],
    [
      () => augment.gain({ maxGainDb: Number.NaN }),
      'gain expects maxGainDb to be a number of decibels from -200 to 200, got NaN.',
    ],
    [
      () => augment.clippingDistortion({ maxPercentileThreshold: 101 }),
      'clippingDistortion expects maxPercentileThreshold to be a number from 0 to 100, got 101.',
    ],
    [
      () => augment.timeStretch({ minRate: 0.05 }),
      'timeStretch expects minRate to be a number from 0.1 to 10, got 0.05.',
    ],
    [
      () => augment.pitchShift({ maxSemitones: 25 }),
      'pitchShift expects maxSemitones to be a number from -24 to 24, got 25.',
    ],
    [() => augment.shift({ minShift: -2 }), 'shift expects minShift to be a number from -1 to 1, got -2.'],
    [
      () => augment.shift({ minShift: 0.5, maxShift: 1, shiftUnit: 'samples' }),
      'shift expects minShift to be an integer, got 0.5.',
    ],
    [
      () => augment.shift({ shiftUnit: 'hours' as 'seconds' }),
      "shift expects shiftUnit to be 'fraction' or 'samples' or 'seconds', got 'hours'.",
    ],
    [() => augment.shift({ fadeDuration: -1 }), 'shift expects fadeDuration to be a number from 0 to 60, got -1.'],
    [
      () => augment.lowPassFilter({ minCutoffFreq: 0 }),
      'lowPassFilter expects minCutoffFreq to be a finite number above 0, got 0.',
    ],
    [
      () => augment.highPassFilter({ minRolloff: 8 }),
      'highPassFilter expects minRolloff to be a multiple of 6 dB an octave from 6 to 96, got 8.',
    ],
    [
      () => augment.highPassFilter({ minRolloff: 18, zeroPhase: true }),
      'highPassFilter expects minRolloff to be a multiple of 12 dB an octave from 12 to 96, as zeroPhase is set, got 18.',
    ],
    [
      () => augment.bandPassFilter({ maxBandwidthFraction: 2 }),
      'bandPassFilter expects maxBandwidthFraction to be a number above 0 and below 2, got 2.',
    ],
    [
      () => augment.addColorNoise({ minFDecay: -60 }),
      'addColorNoise expects minFDecay to be a number from -48 to 48, got -60.',
    ],
    [
      () => augment.addBackgroundNoise({ sounds: [] }),
      'addBackgroundNoise expects sounds to be one sound or more, got none: read them with readAudio.',
    ],
    [
      () => augment.addBackgroundNoise({ sounds, maxAbsoluteRmsDb: 3 }),
      'addBackgroundNoise expects maxAbsoluteRmsDb to be a number from -200 to 0, got 3.',
    ],
    [
      () => augment.addBackgroundNoise({ sounds: [sounds[0]!, sound(5, () => 0)] }),
      'addBackgroundNoise expects sounds to be finite sounds that are not silent; sounds[1] is empty or silent: leave it out.',
    ],
    [
      () => augment.applyImpulseResponse({ impulseResponses: [sound(0, () => 0)] }),
      'applyImpulseResponse expects impulseResponses to be finite sounds that are not silent; impulseResponses[0] is empty or silent: leave it out.',
    ],
  ])('are checked before any sound is changed (%#)', (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });

  it('with a name that there is none of are refused, with those that there are', () => {
    const misspelt = { minGain: 3 } as augment.GainOptions;
    expect(() => augment.gain(misspelt)).toThrow(
      new RangeError("gain has no option 'minGain'; expected minGainDb, maxGainDb, p: check the spelling."),
    );
  });
});
