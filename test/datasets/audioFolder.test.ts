import { describe, expect, it } from 'vitest';
import { inspect, loadDataset } from '../../src/datasets/index.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';

const sound = sineWav(400, 0.5);
const m4a = Uint8Array.of(0, 0, 0, 16, ...new TextEncoder().encode('ftypM4A '), 0, 0, 0, 0);

describe('loadDataset on sounds in a directory for each class', () => {
  it('names the classes after the directories, sorted', async () => {
    const directory = temporaryDirectory({
      'rain/b.wav': sound,
      'dog/a.WAV': sound,
      'rain/notes.txt': '',
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

  it('knows splits by the words of Hugging Face, at any depth above the class', async () => {
    const directory = temporaryDirectory({
      'data/esc-train/dog/a.wav': sound,
      'data/val/rain/b.wav': sound,
      'data/testing/rain/c.wav': sound,
    });
    const load = (split: string) => loadDataset(directory, { split });
    expect((await load('train')).idOf(0)).toBe('data/esc-train/dog/a.wav');
    expect([(await load('validation')).idOf(0), (await load('val')).idOf(0)]).toEqual(
      Array(2).fill('data/val/rain/b.wav'),
    );
    expect((await load('train+test')).labels).toEqual(['dog', 'rain']);
    // Other directories are no splits: as there, all is for training.
    const sites = temporaryDirectory({ 'wood/owl/a.wav': sound, 'lake/owl/b.wav': sound, 'lake/frog/c.wav': sound });
    const all = await loadDataset(sites);
    expect([all.length, all.labels]).toEqual([3, ['frog', 'owl']]);
  });

  it('leaves no sound out without a word: what only browsers decode is there, and says what to do when it is read', async () => {
    const directory = temporaryDirectory({ 'dog/a.m4a': m4a, 'rain/b.wav': sound });
    const dataset = await loadDataset(directory);
    expect(dataset.length).toBe(2);
    await expect(dataset.get(0)).rejects.toThrow('ffmpeg -i');
    expect((await inspect(dataset)).unreadable).toEqual([
      { id: 'dog/a.m4a', reason: expect.stringContaining('it is MP4, which only') },
    ]);
  });

  it('refuses sounds at different depths, or that could be meant for anything', async () => {
    const mixed = temporaryDirectory({ 'dog/a.wav': sound, 'train/dog/b.wav': sound });
    await expect(loadDataset(mixed)).rejects.toThrow('has dog/a.wav and train/dog/b.wav; expected <class>/<file>');
    const loose = temporaryDirectory({ 'dog/a.wav': sound, 'b.wav': sound });
    await expect(loadDataset(loose)).rejects.toThrow('has b.wav and dog/a.wav; expected <class>/<file>');
    const classless = temporaryDirectory({ 'train/a.wav': sound, 'test/b.wav': sound });
    await expect(loadDataset(classless)).rejects.toThrow('has sounds in test, train, which are names of splits');
    const beside = temporaryDirectory({ 'train/dog/a.wav': sound, 'extra/dog/b.wav': sound });
    await expect(loadDataset(beside)).rejects.toThrow('directories of no split: extra/dog/b.wav');
  });

  it('refuses configs and folds', async () => {
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
