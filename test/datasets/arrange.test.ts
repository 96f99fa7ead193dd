import { describe, expect, it } from 'vitest';
import {
  type AudioDataset,
  concatenateDatasets,
  filterDataset,
  inMemoryDataset,
  mapWaveforms,
  shuffleDataset,
} from '../../src/datasets/index.js';
import { fakeDataset, fakeFolds } from './fakeDataset.js';

const idsOf = (dataset: AudioDataset) => Array.from({ length: dataset.length }, (_, index) => dataset.idOf(index));

describe('filterDataset', () => {
  it('keeps the clips that the caller says yes to, without reading a sound', () => {
    const dataset: AudioDataset = { ...fakeFolds([1, 2, 2], ['x', 'y', 'x']), get: () => Promise.reject(new Error()) };
    expect(idsOf(filterDataset(dataset, ({ source }) => source === 'x'))).toEqual(['dog-0', 'dog-2']);
    expect(idsOf(filterDataset(dataset, ({ fold, index }) => fold === 2 && index === 1))).toEqual(['dog-1']);
    const two = filterDataset(fakeDataset(['dog', 'rain']), ({ label }) => label === 'rain');
    expect([two.length, two.labels]).toEqual([1, ['dog', 'rain']]);
  });

  it('refuses to leave no clip', () => {
    expect(() => filterDataset(fakeDataset(['dog']), () => false)).toThrow('none of the 1 recordings of fake');
  });
});

describe('shuffleDataset', () => {
  it('has every clip once, in an order that the seed decides', () => {
    const dataset = fakeDataset(Array(50).fill('dog'));
    const shuffled = idsOf(shuffleDataset(dataset, 1));
    expect([...shuffled].sort()).toEqual([...idsOf(dataset)].sort());
    expect(shuffled).not.toEqual(idsOf(dataset));
    expect(idsOf(shuffleDataset(dataset, 1))).toEqual(shuffled);
    expect(idsOf(shuffleDataset(dataset, 2))).not.toEqual(shuffled);
  });
});

describe('concatenateDatasets', () => {
  it('has the clips of all, and classes by their names', async () => {
    const both = concatenateDatasets([fakeDataset(['dog', 'rain']), fakeDataset(['wind', 'dog'])]);
    expect(both.labels).toEqual(['dog', 'rain', 'wind']);
    expect([0, 1, 2, 3].map((index) => both.labels[both.labelOf(index)])).toEqual(['dog', 'rain', 'wind', 'dog']);
    expect((await both.get(3)).label).toBe(0);
    expect([both.idOf(2), both.name]).toEqual(['wind-0', 'fake + fake']);
    expect(() => both.idOf(4)).toThrow('fake + fake holds 4 recordings');
    expect(await both.fingerprint?.()).toBeTypeOf('string');
    expect(both.bytesOf).toBeUndefined();
  });

  it('passes several labels, folds, sources and stored features on', async () => {
    const stored = { extractor: 'e', read: async (at: number) => ({ data: Float32Array.of(at), frames: 1, bins: 1 }) };
    const one: AudioDataset = { ...fakeFolds([1, 2], ['x', 'y']), features: stored };
    const other: AudioDataset = { ...fakeDataset(['rain', 'dog']), labelsOf: () => [0, 1], features: stored };
    const both = concatenateDatasets([one, other]);
    expect([both.foldOf?.(1), both.sourceOf?.(1), both.foldOf?.(2)]).toEqual([2, 'y', undefined]);
    expect([both.labelsOf?.(0), both.labelsOf?.(2)]).toEqual([[0], [1, 0]]);
    expect([...(await both.features!.read(3)).data]).toEqual([1]);
  });

  it('refuses none, other sample rates, and stored features of some only', () => {
    expect(() => concatenateDatasets([])).toThrow('one data set or more');
    const slow = inMemoryDataset([{ label: 'a', waveform: { samples: new Float32Array(1), sampleRate: 8000 } }], ['a']);
    expect(() => concatenateDatasets([fakeDataset(['dog']), slow])).toThrow('has 16000 Hz and clips in memory 8000 Hz');
    const features = { extractor: 'e', read: () => Promise.reject(new Error()) };
    const cached: AudioDataset = { ...fakeDataset(['dog']), features };
    expect(() => concatenateDatasets([cached, fakeDataset(['dog'])])).toThrow('fake has no stored features: concat');
  });
});

describe('mapWaveforms', () => {
  const dataset = fakeDataset(['dog', 'rain']);

  it('makes each sound when it is read, and drops what belongs to other sounds', async () => {
    let calls = 0;
    const source: AudioDataset = { ...dataset, bytesOf: async () => new Uint8Array(1) };
    const mapped = mapWaveforms(source, async ({ id, waveform }) => {
      calls++;
      return { ...waveform, samples: waveform.samples.map(() => (id === 'rain-1' ? 0.5 : 0.25)) };
    });
    expect(calls).toBe(0);
    const { id, label, waveform } = await mapped.get(1);
    expect([id, label, waveform.samples[0], calls]).toEqual(['rain-1', 1, 0.5, 1]);
    expect([mapped.bytesOf, mapped.features, mapped.fingerprint]).toEqual([undefined, undefined, undefined]);
    expect((await dataset.get(1)).waveform.samples[0]).toBe(0);
  });

  it('has a fingerprint that changes with the text for the function', async () => {
    const print = (fingerprint: string) =>
      mapWaveforms(dataset, ({ waveform }) => waveform, { fingerprint }).fingerprint!();
    expect(await print('a')).toBe(await print('a'));
    expect(await print('a')).not.toBe(await print('b'));
  });

  it('refuses another sample rate', async () => {
    const mapped = mapWaveforms(dataset, ({ waveform }) => ({ ...waveform, sampleRate: 8000 }));
    await expect(mapped.get(0)).rejects.toThrow('made dog-0 a sound of 8000 Hz, and fake has 16000 Hz');
  });
});
