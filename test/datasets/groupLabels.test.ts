import { describe, expect, it } from 'vitest';
import { countLabels, groupLabels, natureCategories, selectFolds } from '../../src/datasets/index.js';
import { fakeDataset, fakeFolds } from './fakeDataset.js';

const zoo = fakeDataset(['dog', 'hen', 'rain', 'cat', 'crow', 'siren']);

describe('groupLabels', () => {
  it('maps classes onto groups in the order of the mapping and leaves the others out', async () => {
    const grouped = groupLabels(zoo, { birds: ['hen', 'crow'], mammals: ['dog', 'cat'] });
    expect(grouped.labels).toEqual(['birds', 'mammals']);
    expect(Array.from({ length: grouped.length }, (_, i) => [grouped.idOf(i), grouped.labelOf(i)])).toEqual([
      ['dog-0', 1],
      ['hen-1', 0],
      ['cat-3', 1],
      ['crow-4', 0],
    ]);
    expect(await grouped.get(2)).toMatchObject({ id: 'cat-3', label: 1 });
    expect(grouped.droppedClasses).toEqual(['rain', 'siren']);
  });

  it('takes the mapping also from class to group', () => {
    const grouped = groupLabels(zoo, { hen: 'birds', crow: 'birds', dog: 'mammals', cat: 'mammals' });
    expect(countLabels(grouped)).toEqual([
      { label: 'birds', count: 2 },
      { label: 'mammals', count: 2 },
    ]);
  });

  it('keeps the classes outside all groups after the groups when asked to', () => {
    const grouped = groupLabels(zoo, { birds: ['hen', 'crow'] }, { others: 'keep' });
    expect(grouped.labels).toEqual(['birds', 'dog', 'rain', 'cat', 'siren']);
    expect(grouped.length).toBe(6);
    expect(grouped.droppedClasses).toEqual([]);
  });

  it('leaves out a group without classes, and says so in its name and in emptyGroups', () => {
    const grouped = groupLabels(zoo, natureCategories);
    expect(grouped.labels).toEqual(['birds', 'water', 'mammals']);
    expect(grouped.emptyGroups).toEqual(['wind']);
    expect(grouped.absentClasses).toContain('rooster');
    expect(grouped.name).toBe('fake as birds, water, mammals; no wind');
  });

  it('keeps a group without classes as a label when asked to, so that labels are the same everywhere', () => {
    const grouped = groupLabels(zoo, natureCategories, { emptyGroups: 'keep' });
    expect(countLabels(grouped).map(({ count }) => count)).toEqual([2, 1, 0, 2]);
  });

  it('refuses a group without classes when asked to', () => {
    expect(() => groupLabels(zoo, { birds: ['hen'], wind: ['wind'] }, { emptyGroups: 'throw' })).toThrow(
      'fake has no class of wind; of the mapping it lacks wind.',
    );
  });

  it('gives subsets the same labels, whichever recordings they hold', () => {
    const folds = { ...zoo, foldOf: fakeFolds([1, 1, 1, 2, 2, 2]).foldOf! };
    const mapping = { birds: ['hen', 'crow'], water: ['rain'] };
    expect(groupLabels(selectFolds(folds, [2]), mapping).labels).toEqual(['birds', 'water']);
  });

  it('can be applied to a grouped data set', () => {
    const twice = groupLabels(groupLabels(zoo, natureCategories), { animals: ['birds', 'mammals'] });
    expect(countLabels(twice)).toEqual([{ label: 'animals', count: 4 }]);
  });

  it('refuses mappings that contradict themselves or fit nothing', () => {
    expect(() => groupLabels(zoo, { a: ['dog'], b: ['dog'] })).toThrow('The class dog is in two groups, a and b');
    expect(() => groupLabels(zoo, { a: ['wolf'] })).toThrow("None of the mapping's classes (wolf) is in fake");
    expect(() => groupLabels(zoo, { rain: ['dog'] }, { others: 'keep' })).toThrow('The class rain is kept outside');
  });
});

describe('natureCategories', () => {
  it('maps 16 classes of ESC-50, each once', () => {
    const classes = Object.values(natureCategories).flat();
    expect(classes.length).toBe(16);
    expect(new Set(classes).size).toBe(16);
  });
});
