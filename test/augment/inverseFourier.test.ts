import { describe, expect, it } from 'vitest';
import { fourier } from '../../src/audio/fourier.js';
import { inverseFourier, powerOfTwo } from '../../src/augment/inverseFourier.js';
import { createRandom } from '../../src/random.js';
import { farthest } from './sounds.js';

describe('inverseFourier', () => {
  it.each([1, 2, 1024, 65536])('takes a transform of %i numbers back, within 1e-13', (length) => {
    const random = createRandom(1);
    const re = Float64Array.from({ length }, () => random.normal());
    const im = Float64Array.from({ length }, () => random.normal());
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
