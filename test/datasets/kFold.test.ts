import { describe, expect, it } from 'vitest';
import { kFold, sharedSources } from '../../src/datasets/index.js';
import { fakeDataset } from './fakeDataset.js';

const sources = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 5, 5, 6, 6, 7, 7, 7].map(String);
const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 0, 2, 2, 2, 1, 0, 2, 0, 0];
const dataset = {
  ...fakeDataset(
    labels.map((label) => 'abc'[label]!),
    ['a', 'b', 'c'],
  ),
  sourceOf: (index: number) => sources[index],
};

describe('kFold', () => {
  it("gives the folds of scikit-learn's StratifiedGroupKFold", () => {
    // scikit-learn 1.2.1: StratifiedGroupKFold(3).split(X, labels, sources)
    const expected = [2, 2, 2, 3, 3, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 1, 1, 1];
    for (const { fold, train, test } of kFold(dataset, { folds: 3 })) {
      const own = expected.flatMap((each, index) => (each === fold ? dataset.idOf(index) : []));
      expect(Array.from({ length: test.length }, (_, index) => test.idOf(index))).toEqual(own);
      expect(test.foldOf?.(0)).toBe(fold);
      expect(train.length + test.length).toBe(20);
    }
  });

  it('never has a recording in two folds, whatever the seed, and other folds for other seeds', () => {
    const foldings = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const folds = kFold(dataset, { folds: 4, seed });
      for (const { train, test } of folds) expect(sharedSources(train, test)).toEqual([]);
      foldings.add(folds.map(({ test }) => test.idOf(0)).join());
    }
    expect(foldings.size).toBeGreaterThan(1);
  });

  it('refuses more folds than recordings, and groups that divide one', () => {
    expect(() => kFold(dataset, { folds: 9 })).toThrow('an integer from 2 to 8, the recordings of fake; got 9');
    expect(() => kFold(dataset, { groupBy: String })).toThrow(/several groups \(source 0, source 1, .* 7 in all\)/);
  });
});
