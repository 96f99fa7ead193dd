import { describe, expect, it } from 'vitest';
import { confusionMatrix } from '../../src/metrics/index.js';

const yTrue = [2, 0, 2, 2, 0, 1];
const yPred = [0, 0, 2, 2, 0, 2];

describe('confusionMatrix', () => {
  it('counts truth by row and prediction by column, over the sorted classes that occur', () => {
    expect(confusionMatrix(yTrue, yPred)).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [1, 0, 2],
    ]);
  });

  it('follows the order of labels and leaves out other classes', () => {
    expect(confusionMatrix(yTrue, yPred, { labels: [2, 0] })).toEqual([
      [2, 1],
      [0, 2],
    ]);
  });

  it('keeps negative and sparse class ids apart', () => {
    expect(confusionMatrix([-5, 1000], [1000, 1000])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('divides by rows, columns or the total, with 0 where there is nothing to divide by', () => {
    const third = expect.closeTo(1 / 3, 12);
    expect(confusionMatrix(yTrue, yPred, { normalize: 'true' })[2]).toEqual([third, 0, expect.closeTo(2 / 3, 12)]);
    expect(confusionMatrix(yTrue, yPred, { normalize: 'pred' }).map((row) => row[1])).toEqual([0, 0, 0]);
    expect(confusionMatrix(yTrue, yPred, { normalize: 'all' })[0]).toEqual([third, 0, 0]);
  });

  it.each([
    ['arrays of different lengths', () => confusionMatrix([0], [0, 1]), 'got 1 and 2'],
    ['an unknown normalize', () => confusionMatrix([0], [0], { normalize: 'rows' as 'true' }), "got 'rows'"],
    [
      'labels of which none is true',
      () => confusionMatrix([0, 1], [0, 7], { labels: [7] }),
      'occur in yTrue, got labels [7]',
    ],
    [
      'labels that are not integers',
      () => confusionMatrix([0], [0], { labels: [0.5] }),
      'labels must hold integer class ids',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
