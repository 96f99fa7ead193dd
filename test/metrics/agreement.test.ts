import { describe, expect, it } from 'vitest';
import { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from '../../src/metrics/index.js';

describe('accuracy', () => {
  it('is the share of right predictions', () => {
    expect(accuracy([0, 1, 2, 3], [0, 2, 1, 3])).toBe(0.5);
  });
});

describe('balancedAccuracy', () => {
  it('gives every class the same weight', () => {
    expect(balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0])).toBe(0.5);
  });

  it('leaves out classes that are only predicted', () => {
    expect(balancedAccuracy([0, 0, 1, 1], [0, 2, 1, 1])).toBe(0.75);
  });
});

describe('cohenKappa', () => {
  it('is 1 for full agreement, 0 for chance and negative below', () => {
    expect(cohenKappa([0, 1, 2], [0, 1, 2])).toBe(1);
    expect(cohenKappa([0, 0, 1, 1], [0, 1, 0, 1])).toBe(0);
    expect(cohenKappa([0, 1], [1, 0])).toBe(-1);
  });

  it('is not defined where both arrays hold one and the same class', () => {
    expect(cohenKappa([3, 3], [3, 3])).toBeNaN();
  });
});

describe('matthewsCorrelation', () => {
  it('is 1 for full agreement, -1 for two classes swapped, 0 for a single predicted class', () => {
    expect(matthewsCorrelation([0, 1, 2], [0, 1, 2])).toBe(1);
    expect(matthewsCorrelation([0, 1], [1, 0])).toBe(-1);
    expect(matthewsCorrelation([0, 1, 1], [1, 1, 1])).toBe(0);
  });
});

describe.each([accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation])('%o', (metric) => {
  it.each([
    ['empty arrays', [], []],
    ['arrays of different lengths', [0, 1], [0]],
    ['class ids that are not integers', [0, 1.5], [0, 1]],
    ['NaN', [0, 1], [0, Number.NaN]],
  ])('refuses %s', (_, yTrue, yPred) => {
    expect(() => metric(yTrue, yPred)).toThrow(RangeError);
  });
});
