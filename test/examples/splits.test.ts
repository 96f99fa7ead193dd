import { describe, expect, it } from 'vitest';
import { readFlags } from '../../examples/support/flags.js';
import { loadSplits } from '../../examples/support/splits.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { sineWav } from '../support/encodeWav.js';

const sound = sineWav(440);
const esc50Files = {
  'meta/esc50.csv': 'filename,fold,target,category\na.wav,1,0,dog\nb.wav,2,1,rain\nc.wav,2,2,siren\nd.wav,1,1,rain\n',
  ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`audio/${name}.wav`, sound])),
};
const load = (directory: string, ...flags: string[]) => loadSplits(readFlags(['--dataset', directory, ...flags]));

describe('the sounds of the example', () => {
  it('are split by fold where there are folds, the first unless told otherwise', async () => {
    const directory = temporaryDirectory(esc50Files);
    const { trainDataset, evalDataset } = await load(directory);
    expect([trainDataset.length, evalDataset.length]).toEqual([2, 2]);
    expect(evalDataset.idOf(0)).toBe('audio/a.wav');
    expect((await load(directory, '--fold', '2')).evalDataset.idOf(0)).toBe('audio/b.wav');
    await expect(load(directory, '--fold', '3')).rejects.toThrow('fold1, fold2');
    expect((await load('synthetic', '--fold', '5')).evalDataset.foldOf?.(0)).toBe(5);
  });

  it('are grouped into the categories of nature', async () => {
    const { trainDataset, evalDataset } = await load(temporaryDirectory(esc50Files), '--categories', 'nature');
    expect(trainDataset.labels).toEqual(['water', 'mammals']);
    expect([trainDataset.length, evalDataset.length]).toEqual([1, 2]);
    expect((await load('synthetic', '--categories', 'nature')).trainDataset.labels).toEqual(
      (await load('synthetic')).trainDataset.labels,
    );
  });

  it('are the train and test directories where there are no folds', async () => {
    const directory = temporaryDirectory({
      'train/dog/1.wav': sound,
      'train/cat/1.wav': sound,
      'test/cat/2.wav': sound,
    });
    const { trainDataset, evalDataset } = await load(directory);
    expect([trainDataset.length, evalDataset.length]).toEqual([2, 1]);
    await expect(load(directory, '--fold', '1')).rejects.toThrow(/fold: .* has no folds, but the splits test, train/);
  });

  it('are split at random where there is no test set', async () => {
    const files = Array.from({ length: 10 }, (_, i) => [`${i % 2 ? 'dog' : 'cat'}/${i}.wav`, sound]);
    const { trainDataset, evalDataset } = await load(temporaryDirectory(Object.fromEntries(files)));
    expect([trainDataset.length, evalDataset.length]).toEqual([8, 2]);
  });
});
