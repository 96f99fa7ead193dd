import { describe, expect, it } from 'vitest';
import { clippingDistortion, gain, polarityInversion } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { levelOf, recording, scripted, sound } from './sounds.js';

describe('gain', () => {
  it('changes the level by the decibels drawn, evenly between the limits', () => {
    const input = recording();
    const changes = Array.from(
      { length: 500 },
      (_, seed) => levelOf(gain({ p: 1 })(input, createRandom(seed)).samples) - levelOf(input.samples),
    );
    expect(Math.min(...changes)).toBeGreaterThan(-12.001);
    expect(Math.max(...changes)).toBeLessThan(12.001);
    const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
    expect(Math.abs(mean)).toBeLessThan(1.3); // four standard errors of a uniform distribution of width 24
    const exact = gain({ minGainDb: -6, maxGainDb: -6, p: 1 })(input, createRandom(1));
    expect(levelOf(exact.samples) - levelOf(input.samples)).toBeCloseTo(-6, 4);
  });
});

describe('polarityInversion', () => {
  it('changes the sign of every sample', () => {
    const input = recording(100);
    expect(polarityInversion({ p: 1 })(input, createRandom(1)).samples).toEqual(input.samples.map((sample) => -sample));
  });
});

describe('clippingDistortion', () => {
  it('clips at the percentiles of numpy', () => {
    const values = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3.5];
    const clip = clippingDistortion({ minPercentileThreshold: 30, maxPercentileThreshold: 30, p: 1 });
    const { samples } = clip(
      sound(values.length, (i) => values[i]!),
      createRandom(1),
    );
    // numpy.clip(a, *numpy.percentile(a, [15, 85])): the percentiles are -3.6 and 4.65
    const expected = [3, -1, 4, 1, -3.6, 4.65, 2, -3.6, 4.65, 3.5];
    expect(samples).toEqual(Float32Array.from(expected));
  });

  it('clips the share of samples that is drawn', () => {
    const input = recording(10000);
    for (const share of [0, 0.5, 1]) {
      const { samples } = clippingDistortion({ p: 1 })(input, scripted(0, share));
      const clipped = samples.filter((sample, i) => sample !== input.samples[i]).length;
      expect(clipped / 10000).toBeCloseTo(0.4 * share, 3);
    }
  });
});
