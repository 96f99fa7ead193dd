import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type AudioDataset, loadDataset, trainTestSplit } from '../../src/datasets/index.js';
import { pitchOf, sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';
import { binaryAudio, integers, structAudio, text, writeParquet } from './writeParquet.js';

const load = (file: Uint8Array, options = {}, others: Readonly<Record<string, string | Uint8Array>> = {}) =>
  loadDataset(temporaryDirectory({ 'data/train.parquet': file, ...others }), options);
const indicesOf = ({ length }: AudioDataset) => [...Array(length).keys()];
const idsOf = (dataset: AudioDataset) => indicesOf(dataset).map((index) => dataset.idOf(index));
const classesOf = (dataset: AudioDataset) => indicesOf(dataset).map((index) => dataset.labels[dataset.labelOf(index)]);
const pitchesOf = (dataset: AudioDataset) =>
  Promise.all(indicesOf(dataset).map(async (index) => Math.round(pitchOf((await dataset.get(index)).waveform) / 100)));

const label = [integers('label'), [0n, 1n, 0n]] as const;
/** A struct without bytes, as a list of its elements. */
const pathStruct = [{ ...structAudio[0]!, num_children: 1 }, structAudio[2]!];

describe('Parquet files of another writer (Rust, Apache Arrow)', () => {
  it.each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('are read where they are compressed by %s', async (codec) => {
    const file = readFileSync(join(import.meta.dirname, 'fixtures', `${codec}.parquet`));
    const dataset = await load(file);
    expect(idsOf(dataset)).toEqual(['tone-200.wav', 'tone-400.wav', 'tone-800.wav', 'tone-1600.wav']);
    expect(classesOf(dataset)).toEqual(['owl', 'fox', 'owl', 'owl']);
    expect(await pitchesOf(dataset)).toEqual([2, 4, 8, 16]);
    expect(indicesOf(dataset).map((index) => [dataset.sourceOf?.(index), dataset.foldOf?.(index)])).toEqual([
      ['7', 1],
      ['7', 1],
      ['8', 2],
      ['9', 2],
    ]);
    const several = await load(file, { labelColumn: 'labels' });
    expect(several.labels).toEqual(['fox', 'owl', 'rain']);
    expect(indicesOf(several).map((index) => several.labelsOf?.(index))).toEqual([[1], [0, 1], [1], [1, 2]]);
    expect(several.labelOf(1)).toBe(0);
  });
});

describe('the sounds of a Parquet file', () => {
  const files = { 'data/a.wav': sineWav(100), 'data/sub/b.wav': sineWav(200), 'sounds/c.wav': sineWav(300) };
  const paths = ['a.wav', './sub/b.wav', '../sounds/c.wav'];

  it('may be files that a text column names, from the Parquet file or from the top', async () => {
    const dataset = await load(writeParquet([[text('audio'), paths], label]), {}, files);
    expect([idsOf(dataset), dataset.labels]).toEqual([paths, ['0', '1']]);
    expect(await pitchesOf(dataset)).toEqual([1, 2, 3]);
    const fromTop = await load(writeParquet([[text('file_name'), Object.keys(files)], label]), {}, files);
    expect(await pitchesOf(fromTop)).toEqual([1, 2, 3]);
    expect(await dataset.fingerprint?.()).toContain('sounds/c.wav');
  });

  it('may be files that a struct without bytes names, in all rows or in some', async () => {
    const onlyPaths = paths.map((path) => ({ path }));
    expect(await pitchesOf(await load(writeParquet([[pathStruct, onlyPaths], label]), {}, files))).toEqual([1, 2, 3]);
    const mixed = [{ bytes: sineWav(900), path: 'gone.wav' }, { path: paths[1] }, { path: 'lost.wav' }];
    const dataset = await load(writeParquet([[structAudio, mixed], label]), {}, files);
    expect(pitchOf((await dataset.get(0)).waveform)).toBeCloseTo(900, -2);
    expect(pitchOf((await dataset.get(1)).waveform)).toBeCloseTo(200, -2);
    await expect(dataset.get(2)).rejects.toThrow('holds no bytes, and lost.wav is not beside data/train.parquet');
  });

  it('must all be there where they are named, and within the data set', async () => {
    const outside = ['a.wav', '../../c.wav', '/sounds/none.wav'];
    await expect(load(writeParquet([[text('audio'), outside], label]), {}, files)).rejects.toThrow(
      'names files that are not there: ../../c.wav, /sounds/none.wav. Paths are relative to the Parquet file',
    );
  });

  it('may be in any encoding', async () => {
    const sounds = [100, 200, 300].map((hertz) => sineWav(hertz));
    const file = writeParquet([
      [binaryAudio, sounds, 'DELTA_LENGTH_BYTE_ARRAY'],
      [text('label'), ['owl', 'owlet', 'owl'], 'DELTA_BYTE_ARRAY'],
      [integers('fold'), [3n, 1n, 2n], 'DELTA_BINARY_PACKED'],
    ]);
    const dataset = await load(file);
    expect(await pitchesOf(dataset)).toEqual([1, 2, 3]);
    expect([classesOf(dataset), dataset.foldOf?.(0)]).toEqual([['owl', 'owlet', 'owl'], 3]);
    const inDictionary = writeParquet([[binaryAudio, [sounds[0]!, sounds[1]!, sounds[0]!], 'RLE_DICTIONARY'], label]);
    expect(await pitchesOf(await load(inDictionary))).toEqual([1, 2, 1]);
  });

  it('stream in the memory of about one row group of 40 MB, where the file has 400', async () => {
    const limit = 2.5 * 40 * 2 ** 20;
    const directory = temporaryDirectory();
    const script = join(import.meta.dirname, '..', 'support', 'readLargeParquet.ts');
    const run = (...args: string[]) => promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...args]);
    await run('write', join(directory, 'train.parquet'));
    // Mostly 47 to 83 MB, by what is not collected yet of the groups before: over the limit counts when it is so each time.
    let least = Number.POSITIVE_INFINITY;
    for (let attempt = 1; attempt <= 5 && least >= limit; attempt++) {
      const { memory, ...rest } = JSON.parse((await run('read', directory)).stdout);
      expect(rest).toEqual({ clips: 400, bytes: 400 * 1_000_044, id: '399.wav', samples: 500_000 });
      least = Math.min(least, memory);
    }
    expect(least).toBeLessThan(limit);
  });
});

describe('the classes and sources of a Parquet file', () => {
  const sounds = [binaryAudio, [100, 200, 300].map((hertz) => sineWav(hertz))] as const;

  it('may be lists of a ClassLabel', async () => {
    const list = [
      { name: 'labels', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
    ] as const;
    const huggingface = {
      info: {
        features: {
          audio: { _type: 'Audio' },
          labels: { _type: 'Sequence', feature: { _type: 'ClassLabel', names: ['owl', 'fox', 'rain'] } },
        },
      },
    };
    const write = (values: unknown[]) => load(writeParquet([sounds, [list, values]], { huggingface }));
    const dataset = await write([[2n, 0n], [1n], [0n, 0n]]);
    expect(dataset.labels).toEqual(['owl', 'fox', 'rain']);
    expect(indicesOf(dataset).map((index) => dataset.labelsOf?.(index))).toEqual([[2, 0], [1], [0]]);
    await expect(write([[0n], [], [1n]])).rejects.toThrow('row 1 has no class in the column labels');
    await expect(write([[0n], [1n, 3n], [1n]])).rejects.toThrow('row 1 has class 3; the ClassLabel labels has');
  });

  it('come of names like those of ESC-50 where a row has none', async () => {
    const clips = ['1-77-A-0.wav', '2-88-A-0.wav', 'c.wav'].map((path) => ({ bytes: sineWav(100), path }));
    const columns = [text('src_file'), ['5', undefined, undefined]] as const;
    const folds = [integers('fold'), [undefined, 4n, undefined]] as const;
    const dataset = await load(writeParquet([[structAudio, clips], label, columns, folds]));
    expect(indicesOf(dataset).map((index) => dataset.sourceOf?.(index))).toEqual(['5', '88', undefined]);
    expect(indicesOf(dataset).map((index) => dataset.foldOf?.(index))).toEqual([1, 4, undefined]);
  });

  it('keep the clips of one source together', async () => {
    const dataset = await load(writeParquet([sounds, label, [text('source'), ['night', 'day', 'night']]]));
    const { train, test } = trainTestSplit(dataset, { testSize: 1, groupBy: 'source' });
    expect([train.length, test.length, test.sourceOf?.(0)]).toEqual([2, 1, 'day']);
  });
});
