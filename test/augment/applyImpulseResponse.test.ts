import { describe, expect, it } from 'vitest';
import { applyImpulseResponse } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { farthest, levelOf, recording, sound } from './sounds.js';

const response = () => sound(37, (i) => 0.9 ** i * Math.cos(i * i));
const apply = (impulseResponses: ReturnType<typeof sound>[], leaveLengthUnchanged = true) =>
  applyImpulseResponse({ impulseResponses, leaveLengthUnchanged, p: 1 });
const energy = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample * sample, 0);

describe('applyImpulseResponse', () => {
  it('is the convolution, with the energy of the sound, within 1e-6', () => {
    const [x, h] = [recording(200), response()];
    const { samples } = apply([h], false)(x, createRandom(1));
    const convolved = Float64Array.from({ length: 236 }, (_, n) =>
      h.samples.reduce((sum, value, k) => sum + value * (x.samples[n - k] ?? 0), 0),
    );
    const factor = Math.sqrt(energy(x.samples) / convolved.reduce((sum, value) => sum + value * value, 0));
    expect(samples.length).toBe(236);
    expect(
      farthest(
        samples,
        convolved.map((value) => factor * value),
      ),
    ).toBeLessThan(1e-6);
  });

  it('cuts the tail off and keeps the level', () => {
    const x = recording(2000);
    const whole = apply([response()], false)(x, createRandom(1)).samples;
    const cut = apply([response()])(x, createRandom(1)).samples;
    expect(cut.length).toBe(2000);
    expect(levelOf(cut)).toBeCloseTo(levelOf(x.samples), 5);
    expect(cut[1000]! / cut[500]!).toBeCloseTo(whole[1000]! / whole[500]!, 4);
  });

  it('only delays a sound where the response is one late click', () => {
    const x = recording(500);
    const { samples } = apply([sound(20, (i) => (i === 7 ? 0.25 : 0))], false)(x, createRandom(1));
    expect(farthest(samples.subarray(7, 507), x.samples)).toBeLessThan(1e-6);
  });

  it('leaves a sound that ends before the response begins', () => {
    const x = recording(50);
    const { samples } = apply([sound(200, (i) => (i === 120 ? 1 : 0))])(x, createRandom(1));
    expect(samples).toEqual(x.samples);
  });

  it('takes each of the responses', () => {
    const x = recording(50);
    const both = apply([sound(1, () => 1), sound(1, () => -1)]);
    const signs = Array.from({ length: 20 }, (_, seed) =>
      Math.sign(both(x, createRandom(seed)).samples[3]! / x.samples[3]!),
    );
    expect(new Set(signs)).toEqual(new Set([1, -1]));
  });
});
