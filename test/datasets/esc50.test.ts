import { beforeEach, describe, expect, it } from 'vitest';
import { countLabels, groupLabels, loadDataset, natureCategories, sharedSources } from '../../src/datasets/index.js';
import { DatasetError } from '../../src/errors.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { describeWithShared, sharedPath } from '../support/golden.js';
import { temporaryDirectory } from './temporaryFiles.js';

const header = 'filename,fold,target,category,esc10,src_file,take';
const table = (...rows: string[]) => `${[header, ...rows].join('\n')}\n`;
const rows = [
  '1-100-A-41.wav,1,41,chainsaw,True,100,A',
  '1-101-A-0.wav,1,0,dog,True,101,A',
  '2-102-A-41.wav,2,41,chainsaw,True,102,A',
  '3-103-B-10.wav,3,10,rain,True,103,B',
];
const sounds = Object.fromEntries(
  rows.map((row, index) => [`audio/${row.split(',')[0]}`, sineWav(200 * (index + 1), 0.5)] as const),
);
const esc50 = (csv: string, files: Record<string, Uint8Array> = sounds) =>
  temporaryDirectory({ 'meta/esc50.csv': csv, ...files });

describe('loadDataset on a directory in the layout of ESC-50', () => {
  let directory: string;
  beforeEach(() => {
    directory = esc50(table(...rows));
  });
  const ids = async (options: Parameters<typeof loadDataset>[1]) => {
    const dataset = await loadDataset(directory, options);
    return Array.from({ length: dataset.length }, (_, index) => dataset.idOf(index).slice('audio/'.length, -4));
  };

  it('orders the categories by target and numbers them without gaps', async () => {
    const dataset = await loadDataset(directory);
    expect(dataset.labels).toEqual(['dog', 'rain', 'chainsaw']);
    expect(Array.from({ length: 4 }, (_, index) => dataset.labelOf(index))).toEqual([2, 0, 2, 1]);
    expect(dataset.foldOf?.(3)).toBe(3);
    expect(dataset.sourceOf?.(3)).toBe('103');
  });

  it('decodes a recording to the sample rate that was asked for', async () => {
    const dataset = await loadDataset(directory, { sampleRate: 8000 });
    const { id, label, waveform } = await dataset.get(2);
    expect([id, label, waveform.sampleRate]).toEqual(['audio/2-102-A-41.wav', 2, 8000]);
    expect(waveform.samples.length).toBe(4000);
    expect(pitchOf(waveform)).toBeCloseTo(600, -1);
  });

  it('loads some folds, or the train and test split of a fold, always with the labels of the whole table', async () => {
    expect(await ids({ folds: [2, 3] })).toEqual(['2-102-A-41', '3-103-B-10']);
    expect(await ids({ config: 'fold1', split: 'train' })).toEqual(['2-102-A-41', '3-103-B-10']);
    expect(await ids({ config: 'fold1', split: 'test' })).toEqual(['1-100-A-41', '1-101-A-0']);
    expect((await loadDataset(directory, { folds: [2] })).labels).toEqual(['dog', 'rain', 'chainsaw']);
  });

  it('refuses folds, configs and splits that do not exist or contradict each other', async () => {
    await expect(loadDataset(directory, { folds: [4] })).rejects.toThrow('has the folds 1, 2, 3; there is no fold 4');
    await expect(loadDataset(directory, { config: 'fold9', split: 'test' })).rejects.toThrow('has no config fold9');
    await expect(loadDataset(directory, { config: 'fold1', split: 'dev' })).rejects.toThrow('train and test, got dev');
    await expect(loadDataset(directory, { config: 'fold1' })).rejects.toThrow('train and test, got no split');
    await expect(loadDataset(directory, { split: 'train' })).rejects.toThrow(
      'needs a config that says which fold tests',
    );
    await expect(loadDataset(directory, { folds: [1], split: 'train' })).rejects.toThrow('not both');
    await expect(loadDataset(directory, { labelColumn: 'category' })).rejects.toThrow(
      'is not read from Parquet files; leave out labelColumn',
    );
  });

  it('takes a table with a byte order mark, quotes, spaces and Windows line ends', async () => {
    const csv = `\uFEFFfilename,fold,target,category\r\n"1-100-A-41.wav", 1 ,41,"chain, saw"\r\n\r\n`;
    const dataset = await loadDataset(esc50(csv));
    expect([dataset.length, ...dataset.labels]).toEqual([1, 'chain, saw']);
    expect(dataset.sourceOf?.(0)).toBe('100'); // from the name, as the table has no src_file
  });

  it.each([
    ['a missing column', 'filename,target,category\na.wav,0,dog', 'lacks the column fold; expected filename, fold'],
    ['no rows', header, 'lists no recordings'],
    ['uneven rows', `${header}\na.wav,1`, 'not a valid CSV table'],
    ['a file listed twice', table(rows[0]!, rows[0]!), 'recording 2 (1-100-A-41.wav): this file is listed twice'],
    ['a fold that is no number', table('a.wav,x,0,dog,,,'), 'fold must be a whole number from 1, got "x"'],
    ['fold 0', table('a.wav,0,0,dog,,,'), 'fold must be a whole number from 1, got "0"'],
    ['a negative target', table('a.wav,1,-1,dog,,,'), 'target must be a whole number from 0, got "-1"'],
    ['no category', table('a.wav,1,0,,,,'), 'category is empty'],
    [
      'two targets for a category',
      table('a.wav,1,0,dog,,,', 'b.wav,1,1,dog,,,'),
      'an earlier recording has target 0 for dog',
    ],
    [
      'two categories for a target',
      table('a.wav,1,0,dog,,,', 'b.wav,1,0,cat,,,'),
      'an earlier recording has target 0 for dog',
    ],
    ['files that do not exist', table(...rows, 'no.wav,1,0,dog,,,'), '1 of the 5 recordings'],
  ])('refuses a table with %s', async (_, csv, message) => {
    const loading = loadDataset(esc50(csv));
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(message);
  });

  it('names the recording that cannot be decoded, with the cause', async () => {
    const broken = esc50(table(...rows), { ...sounds, 'audio/1-101-A-0.wav': new TextEncoder().encode('no sound') });
    const dataset = await loadDataset(broken);
    const error = await dataset.get(1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as DatasetError).message).toContain('The recording audio/1-101-A-0.wav of');
    expect((error as DatasetError).cause).toMatchObject({ name: 'AudioDecodeError' });
    expect((await dataset.get(0)).id).toBe('audio/1-100-A-41.wav');
  });
});

describeWithShared('ESC-10', 'data/esc10', () => {
  const esc10 = sharedPath('data', 'esc10');

  it('has 10 classes of 40 clips in five folds that share no source recording', async () => {
    const dataset = await loadDataset(esc10);
    expect(dataset.labels.slice(0, 3)).toEqual(['dog', 'rooster', 'rain']);
    expect(countLabels(dataset).map(({ count }) => count)).toEqual(Array(10).fill(40));
    const train = await loadDataset(esc10, { config: 'fold1', split: 'train' });
    const test = await loadDataset(esc10, { config: 'fold1', split: 'test' });
    expect([train.length, test.length]).toEqual([320, 80]);
    expect(sharedSources(train, test)).toEqual([]);
  });

  it('gives 5 s of sound at 16 kHz', async () => {
    const dataset = await loadDataset(esc10);
    for (const index of [0, 123, 399]) {
      const { waveform } = await dataset.get(index);
      expect(waveform.sampleRate).toBe(16000);
      expect(waveform.samples.length / 16000).toBeCloseTo(5, 2);
      expect(waveform.samples.some((sample) => Math.abs(sample) > 0.01)).toBe(true);
    }
  });

  it('has three of the four sounds of nature', async () => {
    const nature = groupLabels(await loadDataset(esc10), natureCategories);
    expect(countLabels(nature)).toEqual([
      { label: 'birds', count: 40 },
      { label: 'water', count: 80 },
      { label: 'mammals', count: 40 },
    ]);
    expect(nature.emptyGroups).toEqual(['wind']);
  });
});
