import { fourier } from '../audio/fourier.js';

/** The inverse of {@link fourier}, in place. */
export function inverseFourier(re: Float64Array, im: Float64Array): void {
  fourier(im, re); // with the parts swapped, exp(-i) is exp(i)
  for (let i = 0; i < re.length; i++) {
    re[i]! /= re.length;
    im[i]! /= im.length;
  }
}

/** The smallest power of two that is `size` or more: the length of a transform. */
export function powerOfTwo(size: number): number {
  let length = 1;
  while (length < size) length *= 2;
  return length;
}
