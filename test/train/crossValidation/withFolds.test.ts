import { describe, expect, it } from 'vitest';
import { type AudioDataset, inMemoryDataset, syntheticDataset } from '../../../src/datasets/index.js';
import { DatasetError } from '../../../src/errors.js';
import { withFolds } from '../../../src/train/crossValidation/withFolds.js';

function clips(labels: readonly number[], sources?: readonly (number | undefined)[]): AudioDataset {
  const waveform = { samples: new Float32Array(1), sampleRate: 16000 };
  const dataset = inMemoryDataset(
    labels.map((label) => ({ label, waveform })),
    ['a', 'b', 'c', 'never'],
  );
  return sources ? { ...dataset, sourceOf: (index) => sources[index]?.toString() } : dataset;
}

const foldsIn = (dataset: AudioDataset) =>
  Array.from({ length: dataset.length }, (_, index) => dataset.foldOf?.(index));

describe('folds for cross-validation', () => {
  const sources = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 5, 5, 6, 6, 7, 7, 7];
  const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 0, 2, 2, 2, 1, 0, 2, 0, 0];

  // scikit-learn 1.2.1: StratifiedGroupKFold(k).split(X, labels, sources)
  it.each([
    [2, [2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1, 1]],
    [3, [2, 2, 2, 3, 3, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 1, 1, 1]],
    [4, [1, 1, 1, 3, 3, 4, 4, 4, 4, 3, 3, 2, 2, 2, 2, 2, 2, 4, 4, 4]],
  ])("are those of scikit-learn's StratifiedGroupKFold(%i) where there are none", (folds, expected) => {
    expect(foldsIn(withFolds(clips(labels, sources), folds))).toEqual(expected);
  });

  it('keep the clips of a recording together, and spread the classes where clips are recordings of their own', () => {
    const dataset = withFolds(clips(Array.from({ length: 30 }, (_, i) => i % 3)), undefined);
    for (const fold of [1, 2, 3, 4, 5]) {
      const own = [...Array(30).keys()].filter((index) => dataset.foldOf?.(index) === fold);
      expect(own.map((index) => dataset.labelOf(index)).sort()).toEqual([0, 0, 1, 1, 2, 2]);
    }
  });

  it('are its own where a data set has them', () => {
    const dataset = syntheticDataset();
    expect(withFolds(dataset, undefined)).toBe(dataset);
    expect(withFolds(dataset, 5)).toBe(dataset);
    expect(() => withFolds(dataset, 4)).toThrow(/has 5 folds of its own, got folds: 4/);
    expect(() => withFolds(syntheticDataset({ folds: [2] }), undefined)).toThrow(/clips of one fold only/);
  });

  it.each([1, 9, 2.5])('cannot be %d where there are 8 recordings', (folds) => {
    expect(() => withFolds(clips(labels, sources), folds)).toThrow(DatasetError);
    expect(() => withFolds(clips(labels, sources), folds)).toThrow(/an integer from 2 to 8, the recordings of/);
  });
});
