import { describe, expect, it } from 'vitest';
import { averagePrecision, meanAveragePrecision, topKAccuracy } from '../../src/metrics/index.js';

describe('topKAccuracy', () => {
  const scores = [
    [0.1, 0.5, 0.4],
    [0.2, 0.3, 0.5],
  ];

  it('counts an example whose class is among the k highest scores', () => {
    expect([1, 2, 3].map((k) => topKAccuracy([2, 0], scores, { k }))).toEqual([0, 0.5, 1]);
  });

  it('looks at the two highest scores unless told otherwise', () => {
    expect(topKAccuracy([2, 0], scores)).toBe(0.5);
  });

  it('ranks the higher class id first among equal scores', () => {
    const tied = [[1, 1, 1]];
    expect([0, 1, 2].map((label) => topKAccuracy([label], tied, { k: 2 }))).toEqual([0, 1, 1]);
  });

  it('takes rows of float32 scores', () => {
    expect(topKAccuracy([1], [Float32Array.of(0.1, 0.9)], { k: 1 })).toBe(1);
  });

  it.each([
    [
      'a class id without a column',
      () => topKAccuracy([3, 0], scores),
      'yTrue must be in [0, 3), one column of scores for each class, got 3',
    ],
    ['a negative class id', () => topKAccuracy([-1, 0], scores), 'got -1'],
    ['rows of different lengths', () => topKAccuracy([0, 0], [[1, 2], [1]]), 'got 2 in row 0 and 1 in row 1'],
    ['rows without scores', () => topKAccuracy([0], [[]]), 'at least one class'],
    [
      'NaN scores',
      () => topKAccuracy([0], [[0, Number.NaN]]),
      'scores[0] must hold finite numbers, got NaN at index 1',
    ],
    ['k = 0', () => topKAccuracy([2, 0], scores, { k: 0 }), 'k must be a positive integer, got 0'],
    ['a missing row', () => topKAccuracy([2], scores), 'got 1 and 2'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

describe('averagePrecision', () => {
  it('adds up precision over the steps of recall', () => {
    expect(averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])).toBeCloseTo(5 / 6, 12);
  });

  it('does not depend on the order of examples with equal scores', () => {
    expect(averagePrecision([1, 0], [0.5, 0.5])).toBe(0.5);
    expect(averagePrecision([0, 1], [0.5, 0.5])).toBe(0.5);
  });

  it('is 1 when every positive is ahead, and 0 without positives', () => {
    expect(averagePrecision([1, 0, 1], [-1, -3, -2])).toBe(1);
    expect(averagePrecision([0, 0], [1, 2])).toBe(0);
  });

  it.each([
    ['targets other than 0 and 1', () => averagePrecision([0, 2], [0, 1]), 'got 2 at index 1'],
    ['infinite scores', () => averagePrecision([0, 1], [0, Number.POSITIVE_INFINITY]), 'got Infinity at index 1'],
    ['empty arrays', () => averagePrecision([], []), 'at least one example'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

describe('meanAveragePrecision', () => {
  const scores = [
    [0.9, 0.2, 0.5],
    [0.6, 0.7, 0.4],
    [0.5, 0.8, 0.3],
  ];

  it('averages over the classes that have a positive example', () => {
    const targets = [
      [1, 0, 0],
      [0, 1, 0],
      [1, 1, 0],
    ];
    expect(meanAveragePrecision(targets, scores)).toBeCloseTo((5 / 6 + 1) / 2, 12);
  });

  it.each([
    [
      'targets without any positive',
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      'no class has a positive example',
    ],
    [
      'targets with fewer classes',
      [
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      'got 2 and 3 columns',
    ],
    [
      'targets other than 0 and 1',
      [
        [1, 0, 0],
        [0, 0.5, 0],
        [0, 0, 0],
      ],
      'targets[1] must hold 0 (absent) or 1 (present)',
    ],
    ['fewer rows of targets', [[1, 0, 0]], 'got 1 and 3'],
  ])('refuses %s', (_, targets, message) => {
    expect(() => meanAveragePrecision(targets, scores)).toThrow(RangeError);
    expect(() => meanAveragePrecision(targets, scores)).toThrow(message);
  });
});
