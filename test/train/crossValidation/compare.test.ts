import { describe, expect, it } from 'vitest';
import { TrainingError } from '../../../src/errors.js';
import { toResult } from '../../../src/train/crossValidation/result.js';
import { compare } from '../../../src/train/index.js';

/** A result of two folds of four clips of the classes 0, 1, 0, 1, from predictions. */
function result(name: string, folds: readonly (readonly number[])[], labels = ['dog', 'rain'], firstId = 0) {
  return toResult(
    { name, labels, allFolds: folds.map((_, i) => i + 1) },
    folds.map((predictions, i) => ({
      fold: i + 1,
      training: { globalStep: 1, trainingLoss: 1, runtime: 1, backend: 'cpu', skipped: [] },
      predictions: {
        ids: predictions.map((_, clip) => `${i + 1}-${firstId + clip}`),
        labels: predictions.map((_, clip) => clip % 2),
        classes: predictions.map((_, clip) => [clip % 2]),
        predictions: [...predictions],
        logits: predictions.map((label) => [1 - label, label]),
        loss: 0.5,
        skipped: [],
        runtime: 1,
      },
    })),
  );
}

const good = result('good', [
  [0, 1, 0, 1],
  [0, 1, 0, 0],
]);
const bad = result('bad', [
  [0, 1, 1, 0],
  [1, 1, 1, 0],
]);
const worst = result('worst', [
  [1, 0, 1, 0],
  [1, 0, 1, 1],
]);

describe('compare', () => {
  it('tests every two results on the clips of all folds', () => {
    const { pairs } = compare([good, bad, worst]);
    expect(pairs.map(({ first, second }) => [first, second])).toEqual([
      ['good', 'bad'],
      ['good', 'worst'],
      ['bad', 'worst'],
    ]);
    // good alone is right on 4 of 8 clips: 2 / 2^4
    expect(pairs[0]).toMatchObject({ onlyFirst: 4, onlySecond: 0, exact: true, pValue: 0.125 });
    // 7 against 1: 2 (1 + 8) / 2^8
    expect(pairs[1]).toMatchObject({ onlyFirst: 7, onlySecond: 1, pValue: 18 / 256 });
  });

  it('prints both tables', () => {
    expect(String(compare([good, bad]))).toBe(
      [
        '      fold 1  fold 2  accuracy    std  macro F1',
        'good   1.000   0.750     0.875  0.177     0.867',
        'bad    0.500   0.250     0.375  0.177     0.350',
        '',
        "McNemar's test, clip by clip  only 1st right  only 2nd right               p",
        'good / bad                                 4               0  0.1250 (exact)',
      ].join('\n'),
    );
  });

  it.each([
    ['one result', [good], /two results or more, got 1/],
    ['two of one name', [good, bad, good], /Two results are called good/],
    [
      'other classes',
      [
        good,
        result(
          'other',
          [
            [0, 1, 0, 1],
            [0, 1, 0, 1],
          ],
          ['cat', 'rain'],
        ),
      ],
      /the classes \[dog,rain\] and \[cat,rain\]/,
    ],
    ['other folds', [good, result('other', [[0, 1, 0, 1]])], /the folds 1, 2 and 1/],
    [
      'fewer clips',
      [
        good,
        result('other', [
          [0, 1, 0, 1],
          [0, 1, 0],
        ]),
      ],
      /in fold 2 4 clips and 3/,
    ],
    [
      'other clips',
      [
        good,
        result(
          'other',
          [
            [0, 1, 0, 1],
            [0, 1, 0, 1],
          ],
          ['dog', 'rain'],
          7,
        ),
      ],
      /in fold 1, as clip 0, 1-0 \(class 0\) and 1-7/,
    ],
  ])('refuses %s', (_, results, message) => {
    expect(() => compare(results)).toThrow(TrainingError);
    expect(() => compare(results)).toThrow(message);
  });
});
