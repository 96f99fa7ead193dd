import { describe, expect, it } from 'vitest';
import { fourier, inverseFourier, powerOfTwo } from '../../src/augment/fourier.js';
import { createRandom } from '../../src/random.js';
import { farthest } from './sounds.js';

const random = createRandom(1);
const numbers = (length: number) => Float64Array.from({ length }, () => random.normal());

describe('fourier', () => {
  it.each([1, 2, 4, 8, 64, 256])('is the discrete Fourier transform of %i numbers, within 1e-12', (length) => {
    const [re, im] = [numbers(length), numbers(length)];
    const sum = (k: number, part: 'cos' | 'sin') =>
      re.reduce((total, value, n) => {
        const angle = (-2 * Math.PI * ((k * n) % length)) / length;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        return total + (part === 'cos' ? value * c - im[n]! * s : value * s + im[n]! * c);
      }, 0);
    const expected = [...Array(length).keys()];
    const [expectedRe, expectedIm] = [expected.map((k) => sum(k, 'cos')), expected.map((k) => sum(k, 'sin'))];
    fourier(re, im);
    expect(farthest(re, expectedRe)).toBeLessThan(1e-12);
    expect(farthest(im, expectedIm)).toBeLessThan(1e-12);
  });

  it('comes back by its inverse, within 1e-13', () => {
    const [re, im] = [numbers(4096), numbers(4096)];
    const [givenRe, givenIm] = [re.slice(), im.slice()];
    fourier(re, im);
    inverseFourier(re, im);
    expect(farthest(re, givenRe)).toBeLessThan(1e-13);
    expect(farthest(im, givenIm)).toBeLessThan(1e-13);
  });
});

describe('powerOfTwo', () => {
  it('is the smallest that is as large', () => {
    expect([1, 2, 3, 640, 1024, 1025].map(powerOfTwo)).toEqual([1, 2, 4, 1024, 1024, 2048]);
  });
});
