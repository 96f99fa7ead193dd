import { describe, expect, it } from 'vitest';
import {
  type AudioDataset,
  countLabels,
  filterDataset,
  sharedSources,
  trainTestSplit,
} from '../../src/datasets/index.js';
import { DatasetError } from '../../src/errors.js';
import { createRandom } from '../../src/random.js';
import { fakeDataset, fakeFolds } from './fakeDataset.js';

const idsOf = (dataset: AudioDataset) => Array.from({ length: dataset.length }, (_, index) => dataset.idOf(index));
const countsOf = (dataset: AudioDataset) => countLabels(dataset).map(({ count }) => count);

/** 60 clips of two classes; 1 to 6 of them are of one source. */
function clipsOfSources(seed: number): AudioDataset {
  const random = createRandom(seed);
  const sources = Array.from({ length: 20 }, (_, source) => Array(1 + random.integer(6)).fill(`s${source}`)).flat();
  const classes = sources.map((source: string) => (Number(source.slice(1)) % 3 === 0 ? 'dog' : 'rain'));
  return { ...fakeDataset(classes, ['dog', 'rain']), sourceOf: (index) => sources[index] };
}

describe('trainTestSplit', () => {
  it('divides the clips in two, both in the order of the whole, the share for testing rounded up', () => {
    const dataset = fakeDataset(Array(10).fill('dog'));
    const { train, test } = trainTestSplit(dataset);
    expect([train.length, test.length]).toEqual([7, 3]); // 2.5 -> 3, as scikit-learn
    expect([...idsOf(train), ...idsOf(test)].sort()).toEqual(idsOf(dataset));
    expect(idsOf(train)).toEqual([...idsOf(train)].sort());
    expect(trainTestSplit(dataset, { testSize: 4 }).test.length).toBe(4);
    expect(test.name).toBe('fake (test: 3 of 10 recordings)');
  });

  it('gives the same parts for a seed and others for another', () => {
    const dataset = fakeDataset(Array(100).fill('dog'));
    const test = (seed: number) => idsOf(trainTestSplit(dataset, { seed }).test);
    expect(test(1)).toEqual(test(1));
    expect(test(1)).not.toEqual(test(2));
  });

  it('never has a recording on both sides, and comes near the share that was asked', () => {
    for (let seed = 0; seed < 50; seed++) {
      const dataset = clipsOfSources(seed);
      const { train, test } = trainTestSplit(dataset, { testSize: 0.3, seed, stratify: seed % 2 === 0 });
      expect(sharedSources(train, test)).toEqual([]);
      expect(train.length + test.length).toBe(dataset.length);
      expect(Math.abs(test.length - 0.3 * dataset.length)).toBeLessThanOrEqual(6);
    }
  });

  it('keeps the proportions of the classes with stratify, exactly where clips are recordings of their own', () => {
    const dataset = fakeDataset([...Array(80).fill('dog'), ...Array(15).fill('rain'), ...Array(5).fill('wind')]);
    for (const seed of [1, 2, 3]) {
      const { train, test } = trainTestSplit(dataset, { testSize: 0.2, stratify: true, seed });
      expect([countsOf(train), countsOf(test)]).toEqual([
        [64, 12, 4],
        [16, 3, 1],
      ]);
    }
  });

  it('keeps clips of one id together, where a data set holds a clip twice', () => {
    const once = fakeDataset(Array(4).fill('dog'));
    const twice: AudioDataset = { ...once, idOf: (index) => `clip ${index % 2}` };
    const { train, test } = trainTestSplit(twice, { testSize: 0.5 });
    expect(idsOf(train)[0]).toBe(idsOf(train)[1]);
    expect(idsOf(test)[0]).toBe(idsOf(test)[1]);
    expect(idsOf(train)).not.toEqual(idsOf(test));
  });

  it('takes groups of the caller, and refuses ones that divide a recording, which it names', () => {
    const dataset = fakeFolds([1, 1, 1, 1], ['x', 'x', 'y', 'z']);
    const { test } = trainTestSplit(dataset, { testSize: 2, groupBy: (index) => (index < 2 ? 'night' : 'day') });
    expect(test.sourceOf?.(0) === 'x').toBe(test.sourceOf?.(1) === 'x');
    expect(() => trainTestSplit(dataset, { groupBy: String })).toThrow(/several groups \(source x\): a split could/);
  });

  it("refuses groupBy: 'source' where sources are not known, naming the clips", () => {
    const dataset = fakeFolds([1, 1], ['x']);
    expect(() => trainTestSplit(dataset, { groupBy: 'source' })).toThrow(
      /know that of 1 of its 2: dog-1\. Give groupBy/,
    );
  });

  it('refuses parts without clips, and with stratify parts without a class', () => {
    const oneRecording = fakeFolds([1, 1, 1], ['x', 'x', 'x']);
    expect(() => trainTestSplit(oneRecording)).toThrow('asks for 1 of 3 clips, which come of 1 recordings of 3 clips');
    const rare = fakeDataset([...Array(9).fill('dog'), 'rain']);
    expect(() => trainTestSplit(rare, { stratify: true })).toThrow(/would be without rain, which has too few/);
    const dogs = filterDataset(rare, ({ label }) => label === 'dog');
    expect(trainTestSplit(dogs, { stratify: true }).test.length).toBe(3);
  });

  it.each([0, 1.5, 10, -1, Number.NaN])('refuses testSize %d of 10 clips', (testSize) => {
    const split = () => trainTestSplit(fakeDataset(Array(10).fill('dog')), { testSize });
    expect(split).toThrow(DatasetError);
    expect(split).toThrow(/a share in \(0, 1\), or a number of clips from 1 to 9/);
  });
});
