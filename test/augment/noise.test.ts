import { describe, expect, it } from 'vitest';
import { fourier } from '../../src/audio/fourier.js';
import { addBackgroundNoise, addColorNoise, addGaussianSnr, noiseColors } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { levelOf, minus, recording, sampleRate, sound, tone } from './sounds.js';

/** Power in each octave of `samples` (2^n of them), from `lowest` Hz on, in dB, divided by the octave's width. */
function octaveDensities(samples: Float32Array, lowest: number, octaves: number): number[] {
  const [re, im] = [Float64Array.from(samples), new Float64Array(samples.length)];
  fourier(re, im);
  return Array.from({ length: octaves }, (_, octave) => {
    const first = Math.round((lowest * 2 ** octave * samples.length) / sampleRate);
    let power = 0;
    for (let k = first; k < 2 * first; k++) power += re[k]! ** 2 + im[k]! ** 2;
    return 10 * Math.log10(power / first);
  });
}
const silenceWithAClick = () => sound(65536, (i) => (i === 0 ? 1 : 0));

describe.each([
  ['addGaussianSnr', addGaussianSnr],
  ['addColorNoise', addColorNoise],
] as const)('%s', (_name, make) => {
  it('has the signal-to-noise ratio asked for within 0.01 dB, of sounds of any length', () => {
    for (const [length, snr] of [
      [8000, 5],
      [8000, 40],
      [100, 12],
      [7, 20],
    ] as const) {
      const input = recording(length);
      const noisy = make({ minSnrDb: snr, maxSnrDb: snr, p: 1 })(input, createRandom(length));
      expect(levelOf(input.samples) - levelOf(minus(noisy, input))).toBeCloseTo(snr, 2);
    }
  });

  it('draws the ratio evenly between the limits', () => {
    const input = recording(200);
    const ratios = Array.from({ length: 500 }, (_, seed) => {
      const noisy = make({ minSnrDb: 0, maxSnrDb: 20, p: 1 })(input, createRandom(seed));
      return levelOf(input.samples) - levelOf(minus(noisy, input));
    });
    expect(Math.min(...ratios)).toBeGreaterThan(-0.1);
    expect(Math.max(...ratios)).toBeLessThan(20.1);
    expect(Math.abs(ratios.reduce((sum, ratio) => sum + ratio, 0) / 500 - 10)).toBeLessThan(1.05); // four standard errors
  });
});

describe('addGaussianSnr', () => {
  it('adds noise that is normal and white', () => {
    const input = silenceWithAClick();
    const noise = minus(addGaussianSnr({ minSnrDb: 0, maxSnrDb: 0, p: 1 })(input, createRandom(1)), input);
    const deviation = 10 ** (levelOf(noise) / 20);
    const share = (limit: number) => noise.filter((value) => Math.abs(value) < limit * deviation).length / noise.length;
    expect(share(1)).toBeCloseTo(0.6827, 2); // of the normal distribution
    expect(share(2)).toBeCloseTo(0.9545, 2);
    const densities = octaveDensities(noise, 125, 5);
    expect(Math.max(...densities) - Math.min(...densities)).toBeLessThan(1);
  });
});

describe('addColorNoise', () => {
  it.each([-6, noiseColors.pink, 0, noiseColors.blue, 6])(
    'falls or rises by %d dB an octave within 0.25 dB',
    (decay) => {
      const input = silenceWithAClick();
      const noisy = addColorNoise({ minSnrDb: 0, maxSnrDb: 0, minFDecay: decay, maxFDecay: decay, p: 1 });
      const densities = octaveDensities(minus(noisy(input, createRandom(2)), input), 62.5, 6);
      const slope = (densities.at(-1)! - densities[0]!) / (densities.length - 1);
      expect(Math.abs(slope - decay)).toBeLessThan(0.25);
    },
  );

  it('keeps power away from what is too low to hear', () => {
    const input = silenceWithAClick();
    const { brown } = noiseColors;
    const noisy = addColorNoise({ minSnrDb: 0, maxSnrDb: 0, minFDecay: brown, maxFDecay: brown, p: 1 });
    const densities = octaveDensities(minus(noisy(input, createRandom(2)), input), 2.5, 3); // 2.5 to 20 Hz
    expect(Math.max(...densities) - Math.min(...densities)).toBeLessThan(4); // level, but for chance in 10 bins
  });

  it('knows the colours of audiomentations', () => {
    const { white, pink, brown, red, blue, azure, violet } = noiseColors;
    expect([white, pink, brown, red, blue, azure, violet].map((decay) => decay.toFixed(2))).toEqual([
      '0.00',
      '-3.01',
      '-6.02',
      '-6.02',
      '3.01',
      '3.01',
      '6.02',
    ]);
  });
});

describe('addBackgroundNoise', () => {
  const exactly = { minSnrDb: 10, maxSnrDb: 10, p: 1 };

  it('mixes a part of a noise in, at the ratio asked for within 0.01 dB', () => {
    const noise = recording(20000, 7);
    const input = tone(440, 5000);
    const added = minus(addBackgroundNoise({ sounds: [noise], ...exactly })(input, createRandom(3)), input);
    expect(levelOf(input.samples) - levelOf(added)).toBeCloseTo(10, 2);
    const factor = (start: number) => added[0]! / noise.samples[start]!;
    const start = noise.samples.findIndex(
      (_, i) => Math.abs(added[4321]! - factor(i) * noise.samples[i + 4321]!) < 1e-6,
    );
    expect(start).toBeGreaterThan(0);
    expect(added.every((sample, i) => Math.abs(sample - factor(start) * noise.samples[start + i]!) < 1e-5)).toBe(true);
  });

  it('repeats a noise that is shorter than the sound, at the ratio over all of it', () => {
    const input = tone(440, 5000);
    const added = minus(addBackgroundNoise({ sounds: [recording(999)], ...exactly })(input, createRandom(3)), input);
    expect(levelOf(input.samples) - levelOf(added)).toBeCloseTo(10, 2);
    expect(added[3]! - added[3 + 999]!).toBeCloseTo(0, 6);
  });

  it('takes each of the noises', () => {
    const input = sound(100, () => 0.5);
    const add = addBackgroundNoise({ sounds: [sound(100, () => 1), sound(100, () => -1)], ...exactly });
    const signs = Array.from({ length: 20 }, (_, seed) => Math.sign(minus(add(input, createRandom(seed)), input)[0]!));
    expect(new Set(signs)).toEqual(new Set([1, -1]));
  });

  it('resamples a noise to the rate of the sound', () => {
    const input = sound(16000, (i) => (i % 2 ? 0.1 : -0.1));
    const noise = tone(1000, 44100, 44100);
    const added = minus(addBackgroundNoise({ sounds: [noise], ...exactly })(input, createRandom(1)), input);
    const crossings = added.filter((sample, i) => i > 0 && added[i - 1]! < 0 && sample >= 0).length;
    expect(Math.abs(crossings - 1000)).toBeLessThan(3);
  });

  it('gives the noise a level of its own where that is asked for, beside silence too', () => {
    const add = addBackgroundNoise({
      sounds: [recording(500)],
      noiseRms: 'absolute',
      minAbsoluteRmsDb: -30,
      maxAbsoluteRmsDb: -30,
      p: 1,
    });
    expect(
      levelOf(
        add(
          sound(4000, () => 0),
          createRandom(1),
        ).samples,
      ),
    ).toBeCloseTo(-30, 2);
  });

  it('changes the noise by noiseTransform before it is mixed in', () => {
    const input = sound(100, () => 0.5);
    const noiseTransform = ({ sampleRate: rate }: { sampleRate: number }) => sound(10, (i) => i, rate);
    const added = minus(
      addBackgroundNoise({ sounds: [recording(500)], noiseTransform, ...exactly })(input, createRandom(1)),
      input,
    );
    expect(added[0]).toBe(0);
    expect(added[19]! / added[1]!).toBeCloseTo(9, 3);
  });
});
