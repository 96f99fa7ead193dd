import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../src/metrics/index.js';

/** Predictions of two classifiers: `both` and `neither` examples on which they agree, the others on which one is right. */
function predictions(onlyFirst: number, onlySecond: number, both = 3, neither = 2) {
  const repeat = (count: number, first: number, second: number) => Array.from({ length: count }, () => [first, second]);
  const pairs = [
    ...repeat(both, 1, 1),
    ...repeat(onlyFirst, 1, 0),
    ...repeat(onlySecond, 2, 1),
    ...repeat(neither, 0, 2),
  ];
  return [pairs.map(() => 1), pairs.map(([first]) => first!), pairs.map(([, second]) => second!)] as const;
}

describe('mcnemar', () => {
  it('counts the examples on which exactly one is right', () => {
    const { onlyFirst, onlySecond } = mcnemar([0, 1, 2, 0, 1], [0, 1, 0, 1, 1], [0, 2, 2, 1, 0]);
    expect([onlyFirst, onlySecond]).toEqual([2, 1]);
  });

  // By hand: 2 (1 + 6) / 2^6; 2 / 2^6; and the whole distribution.
  it.each([
    [1, 5, 0.21875],
    [0, 6, 0.03125],
    [3, 3, 1],
    [0, 0, 1],
  ])('is exact for few disagreements: %i and %i', (onlyFirst, onlySecond, pValue) => {
    const result = mcnemar(...predictions(onlyFirst, onlySecond));
    expect(result.exact).toBe(true);
    expect(result.statistic).toBe(Math.min(onlyFirst, onlySecond));
    expect(result.pValue).toBeCloseTo(pValue, 12);
    expect(mcnemar(...predictions(onlySecond, onlyFirst)).pValue).toBe(result.pValue);
  });

  // statsmodels 0.15: mcnemar([[3, b], [c, 2]], exact, correction)
  it.each([
    [10, 20, { exact: true }, 10, 0.09873714670538905],
    [100, 150, { exact: true }, 100, 0.0018833009350761602],
    [10, 20, {}, 2.7, 0.10034824646229054],
    [6, 21, {}, 7.2592592592592595, 0.007053637888068591],
    [300, 400, {}, 14.001428571428571, 0.0001826717911095503],
    [12, 13, {}, 0, 1],
    [12, 13, { correction: false }, 0.04, 0.841480581121794],
    [40, 60, { correction: false }, 4, 0.04550026389635857],
    [1, 5, { exact: false }, 1.5, 0.22067136191984324],
  ])("has statsmodels' numbers for %i and %i with %j", (onlyFirst, onlySecond, options, statistic, pValue) => {
    const result = mcnemar(...predictions(onlyFirst, onlySecond), options);
    expect(result.statistic).toBeCloseTo(statistic, 12);
    expect(result.pValue / pValue).toBeCloseTo(1, 10);
  });

  it('finds no difference where there is none, whatever the test', () => {
    for (const options of [{}, { exact: true }, { exact: false }, { exact: false, correction: false }]) {
      expect(mcnemar(...predictions(30, 30), options).pValue).toBeCloseTo(1, 12);
      expect(mcnemar(...predictions(0, 0), options).pValue).toBe(1);
    }
  });

  it('does not lose the probabilities of many disagreements', () => {
    const { pValue } = mcnemar(...predictions(1000, 1200), { exact: true });
    expect(pValue / mcnemar(...predictions(1000, 1200)).pValue).toBeCloseTo(1, 1);
  });

  it('refuses predictions of other examples', () => {
    expect(() => mcnemar([0, 1], [0, 1], [0])).toThrow(RangeError);
    expect(() => mcnemar([], [], [])).toThrow(/empty/);
  });
});
