import { describe, expect, it } from 'vitest';
import { type AudioDataset, loadTrainTest, sharedSources } from '../../src/datasets/index.js';
import { sineWav } from '../support/encodeWav.js';
import { temporaryDirectory } from './temporaryFiles.js';
import { integers, structAudio, writeParquet } from './writeParquet.js';

const sound = sineWav(440);
const idsOf = ({ length, idOf }: AudioDataset) => Array.from({ length }, (_, index) => idOf(index));
const parquet = (...paths: string[]) => {
  const clips = paths.map((path) => ({ bytes: sound, path }));
  const labels = paths.map((_, index) => BigInt(index % 2));
  return writeParquet([
    [structAudio, clips],
    [integers('label'), labels],
  ]);
};

describe('loadTrainTest', () => {
  it('tests on a fold where there are folds: in a table, in configs of Parquet files, and built in', async () => {
    const table = 'filename,fold,target,category\na.wav,3,0,dog\nb.wav,2,0,dog\n';
    const esc50 = temporaryDirectory({ 'meta/esc50.csv': table, 'audio/a.wav': sound, 'audio/b.wav': sound });
    expect(idsOf((await loadTrainTest(esc50)).test)).toEqual(['audio/b.wav']);
    expect(idsOf((await loadTrainTest(esc50, { fold: 3 })).test)).toEqual(['audio/a.wav']);
    const hub = temporaryDirectory({
      'fold1/train.parquet': parquet('a', 'b'),
      'fold1/test.parquet': parquet('c', 'd'),
      'fold2/train.parquet': parquet('c', 'd'),
      'fold2/test.parquet': parquet('a', 'b'),
    });
    expect(idsOf((await loadTrainTest(hub)).test)).toEqual(['c', 'd']);
    expect(idsOf((await loadTrainTest(hub, { fold: 2 })).train)).toEqual(['c', 'd']);
    expect(idsOf((await loadTrainTest(hub, { config: 'fold2' })).test)).toEqual(['a', 'b']);
    await expect(loadTrainTest(hub, { fold: 7 })).rejects.toThrow('no config fold7');
    expect((await loadTrainTest('synthetic', { fold: 2 })).test.foldOf?.(0)).toBe(2);
  });

  it('takes train, and test or else validation', async () => {
    const files = { 'train/dog/1.wav': sound, 'train/cat/1.wav': sound, 'val/cat/2.wav': sound };
    expect(idsOf((await loadTrainTest(temporaryDirectory(files))).test)).toEqual(['val/cat/2.wav']);
    const { test } = await loadTrainTest(temporaryDirectory({ ...files, 'test/cat/3.wav': sound }));
    expect(idsOf(test)).toEqual(['test/cat/3.wav']);
    const configs = temporaryDirectory({
      'a/train.parquet': parquet('a', 'b'),
      'a/test.parquet': parquet('c', 'd'),
      'b/other.parquet': parquet('e'),
    });
    expect(idsOf((await loadTrainTest(configs, { config: 'a' })).train)).toEqual(['a', 'b']);
    await expect(loadTrainTest(configs)).rejects.toThrow('Choose a config');
    await expect(loadTrainTest(configs, { config: 'a', fold: 1 })).rejects.toThrow('fold: ');
  });

  it('divides one split at random, evenly by class and with recordings on one side', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i}.wav,${i % 2 ? 'owl' : 'fox'},night ${i % 10}\n`);
    const directory = temporaryDirectory({
      'metadata.csv': `file_name,label,source\n${rows.join('')}`,
      ...Object.fromEntries(rows.map((_, i) => [`${i}.wav`, sound])),
    });
    const { train, test } = await loadTrainTest(directory, { seed: 3 });
    expect([train.length, test.length]).toEqual([32, 8]);
    expect(idsOf(test).filter((_, index) => test.labelOf(index) === 0)).toHaveLength(4);
    expect(sharedSources(train, test)).toEqual([]);
    expect(idsOf((await loadTrainTest(directory, { seed: 4 })).test)).not.toEqual(idsOf(test));
    expect((await loadTrainTest(directory, { testSize: 16 })).test.length).toBe(16);
  });
});
