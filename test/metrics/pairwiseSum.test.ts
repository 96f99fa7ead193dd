import { describe, expect, it } from 'vitest';
import { pairwiseSum } from '../../src/metrics/pairwiseSum.js';

describe('pairwiseSum', () => {
  // numpy.sum(1 / numpy.arange(1, n + 1)); from 50 on it differs from adding one by one.
  it.each([
    [0, 0],
    [7, 2.5928571428571425],
    [9, 2.8289682539682537],
    [50, 4.499205338329424],
    [130, 5.4485913382659765],
    [1000, 7.485470860550345],
  ])('adds %i numbers in the order of NumPy, to the last bit', (length, expected) => {
    expect(pairwiseSum(Array.from({ length }, (_, i) => 1 / (i + 1)))).toBe(expected);
  });
});
