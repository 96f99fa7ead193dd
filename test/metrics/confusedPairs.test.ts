import { describe, expect, it } from 'vitest';
import { mostConfusedPairs } from '../../src/metrics/index.js';

const names = ['rain', 'wind', 'dog'];

describe('mostConfusedPairs', () => {
  it('lists mistakes by count, with their share of the true class, each direction apart', () => {
    const matrix = [
      [6, 2, 0],
      [5, 3, 0],
      [0, 1, 9],
    ];
    expect(mostConfusedPairs(matrix, names)).toEqual([
      { truth: 'wind', prediction: 'rain', count: 5, rate: 0.625 },
      { truth: 'rain', prediction: 'wind', count: 2, rate: 0.25 },
      { truth: 'dog', prediction: 'wind', count: 1, rate: 0.1 },
    ]);
    expect(mostConfusedPairs(matrix, names, 1)).toHaveLength(1);
  });

  it('puts the higher rate first among equal counts', () => {
    const matrix = [
      [6, 2, 0],
      [0, 8, 0],
      [0, 2, 0],
    ];
    expect(mostConfusedPairs(matrix, names).map(({ truth }) => truth)).toEqual(['dog', 'rain']);
  });

  it('lists nothing when all is right, and copes with classes without examples', () => {
    const matrix = [
      [8, 0, 0],
      [0, 8, 0],
      [0, 0, 0],
    ];
    expect(mostConfusedPairs(matrix, names)).toEqual([]);
  });

  it.each([
    [
      'too few names',
      [
        [1, 0],
        [0, 1],
      ],
      ['a'],
      'each of the 2 classes of matrix, got 1 names',
    ],
    ['a matrix that is not square', [[1, 0], [0]], ['a', 'b'], 'got 1 columns in row 1 of 2'],
    [
      'shares',
      [
        [0.5, 0.5],
        [0, 1],
      ],
      ['a', 'b'],
      'matrix must hold counts, got 0.5',
    ],
    [
      'negative counts',
      [
        [1, -1],
        [0, 1],
      ],
      ['a', 'b'],
      'got -1 in row 0',
    ],
    ['an empty matrix', [], [], 'matrix is empty'],
  ])('refuses %s', (_, matrix, classNames, message) => {
    expect(() => mostConfusedPairs(matrix, classNames)).toThrow(RangeError);
    expect(() => mostConfusedPairs(matrix, classNames)).toThrow(message);
  });
});
