import { describe, expect, it } from 'vitest';
import { fourier } from '../../src/audio/fourier.js';

describe('fourier', () => {
  it.each([1, 2, 8, 64])('is the discrete Fourier transform by its definition, of %i points', (length) => {
    const re = Float64Array.from({ length }, (_, n) => Math.sin(n * n + 1));
    const im = Float64Array.from({ length }, (_, n) => Math.cos(3 * n));
    const expected = Array.from({ length }, (_, k) => {
      const sum = { re: 0, im: 0 };
      for (let n = 0; n < length; n++) {
        const angle = (-2 * Math.PI * k * n) / length;
        sum.re += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle);
        sum.im += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle);
      }
      return sum;
    });
    fourier(re, im);
    for (const [k, value] of expected.entries()) {
      expect(re[k]).toBeCloseTo(value.re, 11);
      expect(im[k]).toBeCloseTo(value.im, 11);
    }
  });
});
