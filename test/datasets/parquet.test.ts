import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countLabels, loadDataset } from '../../src/datasets/index.js';
import { DatasetError, HubError } from '../../src/errors.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';
import { temporaryDirectory } from './temporaryFiles.js';
import { binaryAudio, classLabel, integers, structAudio, text, writeParquet } from './writeParquet.js';

const names = ['dog', 'rain', 'wind'];
const clip = (index: number) => ({ bytes: sineWav(100 * (index + 1), 0.5), path: `1-${index}-A-0.wav` });
const count = (length: number) => Array.from({ length }, (_, index) => index);
const labels = (length: number) => count(length).map((index) => BigInt(index % 3));
/** `length` clips, number `index` with the class index % 3 and the pitch 100 (index + 1) Hz. */
const clips = (length: number, rowGroupSize = 2) =>
  writeParquet(
    [
      [structAudio, count(length).map(clip)],
      [integers('label'), labels(length)],
    ],
    { huggingface: classLabel(names), rowGroupSize },
  );
const load = (file: Uint8Array, options = {}) =>
  loadDataset(temporaryDirectory({ 'data/train-00000-of-00001.parquet': file }), options);
const labelsOf = (dataset: Awaited<ReturnType<typeof loadDataset>>) =>
  count(dataset.length).map((index) => dataset.labels[dataset.labelOf(index)]);

describe('loadDataset on Parquet files', () => {
  it('reads classes, names and sounds across row groups', async () => {
    const dataset = await load(clips(5));
    expect(dataset.length).toBe(5);
    expect(dataset.labels).toEqual(names);
    expect(labelsOf(dataset)).toEqual(['dog', 'rain', 'wind', 'dog', 'rain']);
    expect(count(5).map((index) => dataset.idOf(index))).toEqual(count(5).map((index) => clip(index).path));
    expect([dataset.foldOf?.(4), dataset.sourceOf?.(4)]).toEqual([1, '4']);
    for (const index of [4, 0, 3, 1, 2]) {
      const { id, label, waveform } = await dataset.get(index);
      expect([id, label]).toEqual([clip(index).path, index % 3]);
      expect(pitchOf(waveform)).toBeCloseTo(100 * (index + 1), -1);
    }
  });

  it('joins the parts of a split in the order of their names', async () => {
    const directory = temporaryDirectory({
      'fold1/train-00001-of-00002.parquet': clips(1),
      'fold1/train-00000-of-00002.parquet': clips(3),
      'fold1/test-00000-of-00001.parquet': clips(2),
      'fold2/train-00000-of-00001.parquet': clips(1),
    });
    const dataset = await loadDataset(directory, { config: 'fold1', split: 'train' });
    expect(dataset.length).toBe(4);
    expect(pitchOf((await dataset.get(3)).waveform)).toBeCloseTo(100, -1);
    // The first clip of both parts has the same path: ids tell them apart.
    expect(dataset.idOf(0)).toBe('fold1/train-00000-of-00002.parquet#0');
    expect(dataset.idOf(1)).toBe('1-1-A-0.wav');
    expect(dataset.idOf(3)).toBe('fold1/train-00001-of-00002.parquet#0');
  });

  it.each([
    ['data/train-00000-of-00001-0123456789abcdef.parquet', 'default', 'train'],
    ['train.parquet', 'default', 'train'],
    ['train/0000.parquet', 'default', 'train'],
    ['esc/validation/0000.parquet', 'esc', 'validation'],
    ['data/esc/test-0.parquet', 'esc', 'test'],
  ])('finds config and split in the name %s', async (path, config, split) => {
    const directory = temporaryDirectory({ [path]: clips(1) });
    expect((await loadDataset(directory, { config, split })).length).toBe(1);
    expect((await loadDataset(directory)).length).toBe(1);
  });

  it('refuses to guess between configs or splits, and names those that exist', async () => {
    const directory = temporaryDirectory({
      'a/train-00000-of-00001.parquet': clips(1),
      'a/test-00000-of-00001.parquet': clips(1),
      'b/train-00000-of-00002.parquet': clips(1),
    });
    await expect(loadDataset(directory)).rejects.toThrow("has the configs a, b; say which one: { config: 'a' }");
    await expect(loadDataset(directory, { config: 'c' })).rejects.toThrow('has no config c; it has a, b');
    await expect(loadDataset(directory, { config: 'a' })).rejects.toThrow('has the splits test, train; say which one');
    await expect(loadDataset(directory, { config: 'a', split: 'dev' })).rejects.toThrow('has no split dev');
    await expect(loadDataset(directory, { config: 'b' })).rejects.toThrow('split train is not complete');
    await expect(loadDataset(directory, { folds: [1] })).rejects.toThrow('have no folds');
  });

  it('refuses to keep no row group at all, and a split without rows', async () => {
    await expect(load(clips(1), { cachedRowGroups: 0 })).rejects.toThrow('cachedRowGroups must be 1 or more, got 0');
    await expect(load(clips(0))).rejects.toThrow('have no rows');
  });

  it('says which column of which file is damaged', async () => {
    const file = clips(3, 3);
    file.fill(0xff, 4, 200); // the first page of sounds
    const dataset = await load(file);
    await expect(dataset.get(0)).rejects.toThrow(DatasetError);
    await expect(dataset.get(0)).rejects.toThrow(
      'The column audio of data/train-00000-of-00001.parquet cannot be read',
    );
  });

  it('says which file is not Parquet', async () => {
    const loading = load(new TextEncoder().encode('this is not a Parquet file'));
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow('train-00000-of-00001.parquet is not a readable Parquet file');
  });
});

describe('the columns of a Parquet file', () => {
  const sounds = count(3).map(clip);
  const bytes = sounds.map((sound) => sound.bytes);

  it('may hold the sound as plain bytes: ids are then file and row', async () => {
    const dataset = await load(
      writeParquet([
        [binaryAudio, bytes],
        [integers('label', 'INT32'), [7, 5, 7]],
      ]),
    );
    expect(dataset.labels).toEqual(['5', '7']);
    expect([labelsOf(dataset), dataset.idOf(2)]).toEqual([['7', '5', '7'], 'data/train-00000-of-00001.parquet#2']);
    expect(pitchOf((await dataset.get(2)).waveform)).toBeCloseTo(300, -1);
  });

  it('may hold the class as text, which is preferred to integers without names', async () => {
    const category = [text('category'), ['rain', 'dog', 'rain']] as const;
    const dataset = await load(writeParquet([[structAudio, sounds], [integers('target'), [10n, 0n, 10n]], category]));
    expect(dataset.labels).toEqual(['dog', 'rain']);
    expect(labelsOf(dataset)).toEqual(['rain', 'dog', 'rain']);
  });

  it.each([
    ['names as a list', classLabel(names)],
    ['names by number', classLabel({ 2: 'wind', 0: 'dog', 1: 'rain' })],
    ['features without info', classLabel(names).info],
    [
      'features as a list',
      { features: [{ name: 'label', dtype: { class_label: { names: { 0: 'dog', 1: 'rain', 2: 'wind' } } } }] },
    ],
  ])('take the names of a ClassLabel from the metadata: %s', async (_, huggingface) => {
    const dataset = await load(
      writeParquet(
        [
          [structAudio, sounds],
          [integers('label'), [2n, 0n, 2n]],
        ],
        { huggingface },
      ),
    );
    expect(dataset.labels).toEqual(names);
    expect(labelsOf(dataset)).toEqual(['wind', 'dog', 'wind']);
  });

  it('are listed with their types when none fits', async () => {
    const noLabel = load(
      writeParquet([
        [structAudio, sounds],
        [text('title'), ['a', 'b', 'c']],
      ]),
    );
    await expect(noLabel).rejects.toThrow('no column is a ClassLabel or is called label, category');
    await expect(noLabel).rejects.toThrow('audio: struct<bytes: binary, path: string>; title: string');
    const noAudio = load(
      writeParquet([
        [text('title'), ['a.wav']],
        [integers('label'), [1n]],
      ]),
    );
    await expect(noAudio).rejects.toThrow('no column holds sounds');
    await expect(noAudio).rejects.toThrow('title: string; label: int64');
  });

  it('can be chosen, and must be chosen where there are several', async () => {
    const second = structAudio.map((element, index) => (index === 0 ? { ...element, name: 'quiet' } : element));
    const file = writeParquet([
      [structAudio, sounds],
      [second, sounds.toReversed()],
      [text('title'), ['x', 'y', 'z']],
    ]);
    await expect(load(file)).rejects.toThrow('2 columns may hold sounds; choose one with audioColumn');
    const dataset = await load(file, { audioColumn: 'quiet', labelColumn: 'title' });
    expect(dataset.labels).toEqual(['x', 'y', 'z']);
    expect(dataset.idOf(0)).toBe(clip(2).path);
    expect(pitchOf((await dataset.get(0)).waveform)).toBeCloseTo(300, -1);
    await expect(load(file, { audioColumn: 'title', labelColumn: 'title' })).rejects.toThrow(
      'names files that are not there: x, y, z',
    );
    await expect(load(clips(1), { audioColumn: 'label' })).rejects.toThrow('audioColumn "label" must be');
    await expect(load(file, { audioColumn: 'audio', labelColumn: 'no' })).rejects.toThrow('labelColumn "no" must hold');
  });

  it('must agree between the parts of a split', async () => {
    const other = writeParquet([
      [structAudio, sounds],
      [integers('label'), [0n, 0n, 0n]],
    ]);
    const directory = temporaryDirectory({
      'train-00000-of-00002.parquet': clips(2),
      'train-00001-of-00002.parquet': other,
    });
    await expect(loadDataset(directory)).rejects.toThrow('differ in columns or classes');
  });

  it('must give each row a class that has a name', async () => {
    const huggingface = classLabel(names);
    const write = (value: bigint | undefined) =>
      load(
        writeParquet(
          [
            [structAudio, sounds],
            [integers('label'), [0n, value, 1n]],
          ],
          { huggingface },
        ),
      );
    await expect(write(3n)).rejects.toThrow('row 1 has class 3; the ClassLabel label has the classes 0 to 2');
    await expect(write(-1n)).rejects.toThrow('row 1 has class -1');
    await expect(write(undefined)).rejects.toThrow('row 1 has no class in the column label');
  });

  it('may lack a sound in a row: reading that row fails, naming it', async () => {
    const dataset = await load(
      writeParquet([
        [structAudio, [clip(0), { bytes: undefined, path: 'elsewhere.wav' }, undefined]],
        [integers('label'), labels(3)],
      ]),
    );
    await expect(dataset.get(1)).rejects.toThrow('The recording elsewhere.wav of');
    await expect(dataset.get(1)).rejects.toThrow('no bytes, and elsewhere.wav is not beside');
    await expect(dataset.get(2)).rejects.toThrow('#2 of');
    expect(pitchOf((await dataset.get(0)).waveform)).toBeCloseTo(100, -1);
  });
});

describe('loadDataset on Parquet files of the Hub', () => {
  // 40 clips of 32 kB in row groups of 4: larger than the 512 kB that are read to find the footer.
  const total = 40;
  const file = writeParquet(
    [
      [structAudio, count(total).map((index) => ({ bytes: sineWav(100 + 10 * index, 1), path: `clip-${index}.wav` }))],
      [integers('label'), labels(total)],
    ],
    { huggingface: classLabel(names), rowGroupSize: 4, codec: 'UNCOMPRESSED' },
  );
  const path = 'fold1/train-00000-of-00001.parquet';
  let hub: FakeHub;
  beforeAll(async () => {
    hub = await startFakeHub({ repos: { 'datasets/confit/esc50-demo': { files: { [path]: file, 'README.md': '' } } } });
  });
  afterAll(() => hub.close());

  const open = (options = {}) => {
    hub.requests.length = 0;
    const cacheDir = temporaryDirectory();
    return loadDataset('confit/esc50-demo', { config: 'fold1', split: 'train', hubUrl: hub.url, cacheDir, ...options });
  };
  /** Bytes of the file that were asked for since `open`. */
  const bytesRead = () =>
    hub.requests
      .filter(({ range, method, path: url }) => range && method === 'GET' && !url.includes('/resolve/'))
      .map(({ range }) => /bytes=(\d+)-(\d+)/.exec(range!)!)
      .reduce((sum, [, start, end]) => sum + Number(end) - Number(start) + 1, 0);

  it('knows all classes and names without reading the sounds', async () => {
    const dataset = await open();
    expect(countLabels(dataset).map((entry) => entry.count)).toEqual([14, 13, 13]);
    expect(dataset.idOf(39)).toBe('clip-39.wav');
    expect(file.length).toBeGreaterThan(1.2e6);
    expect(bytesRead()).toBeGreaterThan(2 ** 19 - 1);
    expect(bytesRead()).toBeLessThan(2 ** 19 + 40_000);
  });

  it('reads a row group once for the clips in it, also when they are asked for at once', async () => {
    const dataset = await open();
    const before = bytesRead();
    const waveforms = await Promise.all([0, 1, 2, 3].map(async (index) => (await dataset.get(index)).waveform));
    expect(waveforms.map((waveform) => Math.round(pitchOf(waveform) / 10))).toEqual([10, 11, 12, 13]);
    const groupBytes = 4 * 32_044;
    expect(bytesRead() - before).toBeGreaterThanOrEqual(groupBytes);
    expect(bytesRead() - before).toBeLessThan(groupBytes + 2000);
  });

  it('finds ranges that were read before on the disk', async () => {
    const cacheDir = temporaryDirectory();
    await (await open({ cacheDir })).get(5);
    const again = await open({ cacheDir });
    await again.get(6);
    expect(bytesRead()).toBe(0);
  });

  it('gives a lost connection as HubError, not as an unreadable recording, and reads on afterwards', async () => {
    const dataset = await open({ retry: { retries: 1, waitSeconds: 0.01 }, onWarning: () => {} });
    hub.fail(path, 'offline', 2);
    await expect(dataset.get(0)).rejects.toThrow(HubError);
    expect(pitchOf((await dataset.get(0)).waveform)).toBeCloseTo(100, -1);
  });
});
