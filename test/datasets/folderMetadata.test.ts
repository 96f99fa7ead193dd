import { describe, expect, it } from 'vitest';
import { type AudioDataset, loadDataset } from '../../src/datasets/index.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';

const sound = sineWav(400, 0.05);
const idsOf = (dataset: AudioDataset) => Array.from({ length: dataset.length }, (_, index) => dataset.idOf(index));

describe('loadDataset on sounds beside a metadata table', () => {
  it('reads metadata.csv: classes, sources, and files relative to it, in its order', async () => {
    const directory = temporaryDirectory({
      'metadata.csv': 'file_name,label,source\nb.wav,rain,night\nsub/a.wav,dog,\n./c.wav,"dog",night\n',
      'b.wav': sineWav(800, 0.5),
      'sub/a.wav': sound,
      'c.wav': sound,
    });
    const dataset = await loadDataset(directory);
    expect(dataset.labels).toEqual(['dog', 'rain']);
    expect(idsOf(dataset)).toEqual(['b.wav', 'sub/a.wav', 'c.wav']);
    expect([0, 1, 2].map((index) => dataset.labelOf(index))).toEqual([1, 0, 0]);
    expect([0, 1, 2].map((index) => dataset.sourceOf?.(index))).toEqual(['night', undefined, 'night']);
    expect(pitchOf((await dataset.get(0)).waveform)).toBeCloseTo(800, -1);
  });

  it('reads metadata.jsonl in the directory of each split, with the classes of all', async () => {
    const directory = temporaryDirectory({
      'train/metadata.jsonl': '{"file_name": "a.wav", "species": 7}\n\n',
      'test/metadata.jsonl': '{"file_name": "b.wav", "species": "owl"}\n',
      'train/a.wav': sound,
      'test/b.wav': sound,
    });
    const test = await loadDataset(directory, { split: 'test', labelColumn: 'species' });
    expect([idsOf(test), test.labels, test.labelOf(0)]).toEqual([['test/b.wav'], ['7', 'owl'], 1]);
    await expect(loadDataset(directory)).rejects.toThrow(
      'lacks the column label; expected file_name, label, got file_name, species; choose the classes with labelColumn',
    );
  });

  it('tells splits by directories called like one, wherever the table is', async () => {
    const directory = temporaryDirectory({
      'metadata.csv': 'file_name,label\ntrain/a.wav,dog\nvalidation/b.wav,dog\n',
      'train/a.wav': sound,
      'validation/b.wav': sound,
    });
    expect(idsOf(await loadDataset(directory, { split: 'validation' }))).toEqual(['validation/b.wav']);
    const sum = await loadDataset(directory, { split: 'train+validation' });
    expect(idsOf(sum)).toEqual(['train/a.wav', 'validation/b.wav']);
    const deep = temporaryDirectory({
      'data/test/metadata.csv': 'file_name,label\nnight/a.wav,dog\n',
      'data/test/night/a.wav': sound,
      'field/metadata.csv': 'file_name,label\n./b.wav,dog\n',
      'field/b.wav': sound,
    });
    expect(idsOf(await loadDataset(deep, { split: 'test' }))).toEqual(['data/test/night/a.wav']);
    expect(idsOf(await loadDataset(deep, { split: 'train' }))).toEqual(['field/b.wav']);
  });

  it('takes classes from another usual column, or from directories where the table has none', async () => {
    const files = { 'train/dog/a.wav': sound, 'train/owl/b.wav': sound };
    const load = (table: string) => loadDataset(temporaryDirectory({ 'metadata.csv': table, ...files }));
    const named = await load('file_name,category\ntrain/dog/a.wav,hound\ntrain/owl/b.wav,barn owl\n');
    expect(named.labels).toEqual(['barn owl', 'hound']);
    const plain = await load('file_name,src_file\ntrain/owl/b.wav,17\ntrain/dog/a.wav,17\n');
    expect([plain.labels, plain.labelOf(0), plain.sourceOf?.(1)]).toEqual([['dog', 'owl'], 1, '17']);
  });

  it.each([
    ['lists files that do not exist: z.wav', 'file_name,label\na.wav,dog\nz.wav,dog\n'],
    ['lists files twice: a.wav', 'file_name,label\na.wav,dog\na.wav,dog\n'],
    ['recording 1: expected file_name and label, got "a.wav" and "".', 'file_name,label\na.wav,\n'],
    ['is not a valid CSV table', 'file_name,label\na.wav\n'],
    ['lists no recordings', 'file_name,label\n'],
  ])('refuses a table that %s', async (message, table) => {
    const directory = temporaryDirectory({ 'metadata.csv': table, 'a.wav': sound });
    await expect(loadDataset(directory)).rejects.toThrow(message);
  });

  it('refuses sounds that no table lists, lines that are no objects, and labelColumn without a table', async () => {
    const unlisted = temporaryDirectory({
      'metadata.csv': 'file_name,label\na.wav,dog\n',
      'a.wav': sound,
      'b.wav': sound,
    });
    await expect(loadDataset(unlisted)).rejects.toThrow('does not list sounds that are there: b.wav.');
    const broken = temporaryDirectory({
      'metadata.jsonl': '{"file_name": "a.wav", "label": "dog"}\n[1]\n',
      'a.wav': sound,
    });
    await expect(loadDataset(broken)).rejects.toThrow('line 2: expected an object');
    const invalid = temporaryDirectory({ 'metadata.jsonl': '{', 'a.wav': sound });
    await expect(loadDataset(invalid)).rejects.toThrow('line 1, is not valid JSON');
    const plain = temporaryDirectory({ 'dog/a.wav': sound });
    await expect(loadDataset(plain, { labelColumn: 'x' })).rejects.toThrow('leave out labelColumn');
  });
});
