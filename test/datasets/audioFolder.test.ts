import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/datasets/index.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';

const sound = sineWav(400, 0.5);

describe('loadDataset on sounds in a directory for each class', () => {
  it('names the classes after the directories, sorted', async () => {
    const directory = temporaryDirectory({
      'rain/b.wav': sound,
      'dog/a.WAV': sound,
      'rain/notes.txt': '',
      'c.wav': sound,
    });
    const dataset = await loadDataset(directory);
    expect(dataset.labels).toEqual(['dog', 'rain']);
    expect([dataset.idOf(0), dataset.idOf(1)]).toEqual(['dog/a.WAV', 'rain/b.wav']);
    const { label, waveform } = await dataset.get(1);
    expect(label).toBe(1);
    expect(pitchOf(waveform)).toBeCloseTo(400, -1);
  });

  it('loads one split with the classes of all', async () => {
    const directory = temporaryDirectory({
      'train/dog/a.wav': sound,
      'train/rain/b.wav': sound,
      'test/rain/c.wav': sound,
    });
    const test = await loadDataset(directory, { split: 'test' });
    expect([test.length, test.labelOf(0), ...test.labels]).toEqual([1, 1, 'dog', 'rain']);
    await expect(loadDataset(directory)).rejects.toThrow('has the splits test, train; got no split');
    await expect(loadDataset(directory, { split: 'dev' })).rejects.toThrow('got dev');
  });

  it('refuses sounds at different depths or too deep, and configs or folds', async () => {
    const mixed = temporaryDirectory({ 'dog/a.wav': sound, 'train/dog/b.wav': sound });
    await expect(loadDataset(mixed)).rejects.toThrow('has dog/a.wav and train/dog/b.wav; expected <class>/<file>');
    const deep = temporaryDirectory({ 'fold1/train/dog/a.wav': sound });
    await expect(loadDataset(deep)).rejects.toThrow('expected <class>/<file> for all sounds, or <split>');
    const plain = temporaryDirectory({ 'dog/a.wav': sound });
    await expect(loadDataset(plain, { folds: [1] })).rejects.toThrow('no configs and no folds');
  });
});

describe('loadDataset', () => {
  it('refuses a directory that holds no data set, saying what it looked for', async () => {
    const directory = temporaryDirectory({ 'README.md': '#', 'a.wav': sound });
    await expect(loadDataset(directory)).rejects.toThrow('expected meta/esc50.csv, Parquet files, or sounds as');
    await expect(loadDataset(directory)).rejects.toThrow('got README.md, a.wav.');
  });

  it('refuses a sample rate that is none', async () => {
    await expect(loadDataset('synthetic', { sampleRate: 0 })).rejects.toThrow('positive whole number of Hz, got 0');
  });
});
