import { describe, expect, it } from 'vitest';
import { shift } from '../../src/augment/index.js';
import { createRandom } from '../../src/random.js';
import { recording, sampleRate, scripted, sound } from './sounds.js';

const numbered = () => sound(10, (i) => i + 1);
const by = (places: number, rollover = true) =>
  shift({ minShift: places, maxShift: places, shiftUnit: 'samples', rollover, fadeDuration: 0, p: 1 });
const shifted = (places: number, rollover?: boolean) => [...by(places, rollover)(numbered(), createRandom(1)).samples];

describe('shift', () => {
  it('rolls samples round the end, as numpy.roll does', () => {
    expect(shifted(3)).toEqual([8, 9, 10, 1, 2, 3, 4, 5, 6, 7]);
    expect(shifted(-3)).toEqual([4, 5, 6, 7, 8, 9, 10, 1, 2, 3]);
    expect(shifted(13)).toEqual(shifted(3));
    expect(shifted(0)).toEqual([...numbered().samples]);
  });

  it('leaves silence behind where it does not roll', () => {
    expect(shifted(3, false)).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6, 7]);
    expect(shifted(-3, false)).toEqual([4, 5, 6, 7, 8, 9, 10, 0, 0, 0]);
    expect(shifted(10, false)).toEqual(Array(10).fill(0));
    expect(shifted(-25, false)).toEqual(Array(10).fill(0));
  });

  it('moves by a fraction of the length or by seconds', () => {
    const half = shift({ minShift: 0.5, maxShift: 0.5, fadeDuration: 0, p: 1 })(numbered(), createRandom(1));
    expect([...half.samples]).toEqual(shifted(5));
    const [minShift, maxShift] = [-2 / sampleRate, -2 / sampleRate];
    const seconds = shift({ minShift, maxShift, shiftUnit: 'seconds', fadeDuration: 0, p: 1 });
    expect([...seconds(numbered(), createRandom(1)).samples]).toEqual(shifted(-2));
  });

  it('draws every number of samples between the limits, both of them too', () => {
    const draw = shift({ minShift: -2, maxShift: 2, shiftUnit: 'samples', fadeDuration: 0, p: 1 });
    const firsts = Array.from({ length: 100 }, (_, seed) => draw(numbered(), createRandom(seed)).samples[0]);
    expect([...new Set(firsts)].sort()).toEqual([1, 10, 2, 3, 9]);
  });

  it('fades out before the stitch and in behind it over 5 ms, and nowhere else', () => {
    const ones = sound(1000, () => 1);
    const { samples } = shift({ p: 1 })(ones, scripted(0, 0.9)); // by 0.4 of the length
    const fade = 80;
    expect(samples[400]).toBe(0);
    expect(samples[399]).toBe(0);
    for (let i = 0; i < 1000; i++) {
      const inFade = i >= 400 - fade && i < 400 + fade;
      if (!inFade) expect(samples[i]).toBe(1);
    }
    for (let i = 1; i < fade; i++) {
      expect(samples[400 + i]! - samples[400 + i - 1]!).toBeGreaterThan(-0.005); // the polynomial ends a little above 1
      expect(samples[399 - i]).toBe(samples[400 + i]);
      // The squares of a fade and its mirror image add up to 1 within a percent: a cross-fade keeps its energy.
      expect(Math.abs(samples[400 + i]! ** 2 + samples[400 + fade - 1 - i]! ** 2 - 1)).toBeLessThan(0.02);
    }
  });

  it('fades only where sound meets silence when it does not roll', () => {
    const ones = () => sound(1000, () => 1);
    const later = shift({ minShift: 0.2, maxShift: 0.2, rollover: false, p: 1 })(ones(), createRandom(1)).samples;
    expect([later[199], later[200], later[240]! > 0 && later[240]! < 1, later[280], later[999]]).toEqual([
      0,
      0,
      true,
      1,
      1,
    ]);
    const earlier = shift({ minShift: -0.2, maxShift: -0.2, rollover: false, p: 1 })(ones(), createRandom(1)).samples;
    expect([earlier[0], earlier[719], earlier[799], earlier[800]]).toEqual([1, 1, 0, 0]);
  });

  it('keeps all energy of a sound that rolls without a fade', () => {
    const input = recording(1234);
    const { samples } = shift({ fadeDuration: 0, p: 1 })(input, createRandom(8));
    expect([...samples].sort()).toEqual([...input.samples].sort());
  });
});
