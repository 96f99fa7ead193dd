import { describe, expect, it } from 'vitest';
import { selectFolds, sharedSources, subset } from '../../src/datasets/index.js';
import { fakeDataset, fakeFolds } from './fakeDataset.js';

describe('subset', () => {
  it('shows the chosen recordings in the given order, with the labels of the whole', async () => {
    const view = subset(fakeDataset(['dog', 'rain', 'dog']), [2, 1, 2]);
    expect(view.length).toBe(3);
    expect(view.labels).toEqual(['dog', 'rain']);
    expect([0, 1, 2].map((index) => view.idOf(index))).toEqual(['dog-2', 'rain-1', 'dog-2']);
    expect([0, 1, 2].map((index) => view.labelOf(index))).toEqual([0, 1, 0]);
    expect((await view.get(1)).id).toBe('rain-1');
    expect(view.name).toBe('fake (3 of 3 recordings)');
  });

  it('passes folds and sources on, also through a subset of a subset', () => {
    const view = subset(subset(fakeFolds([1, 2, 3], ['x', 'y', 'z']), [2, 0]), [0]);
    expect(view.foldOf?.(0)).toBe(3);
    expect(view.sourceOf?.(0)).toBe('z');
  });

  it('is not changed by a caller who changes the list of indices', () => {
    const indices = [1];
    const view = subset(fakeDataset(['dog', 'rain']), indices);
    indices[0] = 0;
    expect(view.idOf(0)).toBe('rain-1');
  });

  it('refuses no recordings and recordings that do not exist', () => {
    expect(() => subset(fakeDataset(['dog']), [])).toThrow('at least one recording');
    expect(() => subset(fakeDataset(['dog']), [1])).toThrow('there is no recording 1');
    expect(() => subset(fakeDataset(['dog', 'rain']), [1]).idOf(1)).toThrow(RangeError);
  });
});

describe('selectFolds', () => {
  it('keeps the recordings of the folds in their order', () => {
    const view = selectFolds(fakeFolds([1, 2, 3, 1]), [3, 1]);
    expect([0, 1, 2].map((index) => view.idOf(index))).toEqual(['dog-0', 'dog-2', 'dog-3']);
    expect(view.name).toBe('fake (folds 3, 1)');
  });

  it('refuses folds that do not exist, twice the same, none, and data sets without folds', () => {
    expect(() => selectFolds(fakeFolds([1, 2]), [3])).toThrow('has the folds 1, 2; there is no fold 3');
    expect(() => selectFolds(fakeFolds([1, 2]), [1, 1])).toThrow('Fold 1 is given twice in [1, 1]');
    expect(() => selectFolds(fakeFolds([1, 2]), [])).toThrow('at least one fold');
    expect(() => selectFolds(fakeDataset(['dog']), [1])).toThrow('fake has no folds');
  });
});

describe('sharedSources', () => {
  it('names the source recordings that two data sets share', () => {
    const dataset = fakeFolds([1, 1, 2, 2], ['x', 'y', 'y', 'z']);
    expect(sharedSources(selectFolds(dataset, [1]), selectFolds(dataset, [2]))).toEqual(['y']);
  });

  it('finds nothing where sources are unknown', () => {
    expect(sharedSources(fakeDataset(['dog']), fakeDataset(['dog']))).toEqual([]);
  });
});
