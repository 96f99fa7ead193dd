import { expect, it } from 'vitest';
import { averagePrecisionByClass, predictionBias } from '../../src/metrics/index.js';

it('predictionBias sets how often a class is predicted against how often it is true', () => {
  const rows = predictionBias([0, 0, 0, 1, 1], [0, 1, 2, 1, 1], { labels: [0, 1, 2, 3] });
  expect(rows.map(({ support, predicted }) => [support, predicted])).toEqual([
    [3, 1],
    [2, 3],
    [0, 1],
    [0, 0],
  ]);
  expect(rows.map(({ bias }) => bias)).toEqual([-0.4, 0.2, 0.2, 0]);
  expect(rows[0]).toMatchObject({ label: 0, trueFrequency: 0.6, predictedFrequency: 0.2 });
  expect(predictionBias([5], [7]).map(({ label }) => label)).toEqual([5, 7]);
});

it('averagePrecisionByClass has no number for a class without a positive example', () => {
  const [first, second, third] = averagePrecisionByClass(
    [
      [1, 0, 0],
      [0, 1, 0],
      [1, 1, 0],
    ],
    [
      [0.9, 0.2, 1],
      [0.6, 0.7, 1],
      [0.5, 0.8, 1],
    ],
  ) as [number, number, number];
  expect(first).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(second).toBe(1);
  expect(third).toBeNaN();
});
