import { describe, expect, it } from 'vitest';
import { alignLabels, getDatasetSplitNames, inMemoryDataset } from '../../src/datasets/index.js';
import { sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';

const waveform = { samples: new Float32Array(400), sampleRate: 16000 };
const dataset = inMemoryDataset(
  ['owl', 'fox'].map((label) => ({ label, waveform })),
  ['fox', 'owl', 'unheard'],
);

describe('alignLabels', () => {
  it('gives the classes of a model, in its order, by their names', async () => {
    const aligned = alignLabels(dataset, ['owl', 'rain', 'fox']);
    expect([aligned.name, aligned.labels]).toEqual([dataset.name, ['owl', 'rain', 'fox']]);
    expect([aligned.labelOf(0), aligned.labelOf(1), (await aligned.get(1)).label]).toEqual([0, 2, 2]);
  });

  it('refuses clips of a class that is not among them; a class without clips may be missing', () => {
    expect(() => alignLabels(dataset, ['owl', 'rain'])).toThrow('has clips of fox, which is not among the classes owl');
    expect(alignLabels(dataset, ['owl', 'fox']).labels).toEqual(['owl', 'fox']);
  });
});

describe('getDatasetSplitNames', () => {
  it('tells the splits of a directory, and of a config where each fold is one', async () => {
    const directory = temporaryDirectory({ 'val/dog/a.wav': sineWav(400), 'train/dog/b.wav': sineWav(400) });
    expect((await getDatasetSplitNames(directory)).sort()).toEqual(['train', 'validation']);
    expect(await getDatasetSplitNames('synthetic')).toEqual([]);
    expect(await getDatasetSplitNames('synthetic', { config: 'fold1' })).toEqual(['train', 'test']);
  });
});
