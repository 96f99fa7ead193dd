import { describe, expect, it } from 'vitest';
import { type AudioDataset, loadDataset } from '../../src/datasets/index.js';
import { parseSplit, sliceDataset } from '../../src/datasets/splitInstruction.js';
import { sineWav } from '../support/encodeWav.js';
import { fakeDataset } from './fakeDataset.js';
import { temporaryDirectory } from './temporaryFiles.js';

/** Numbers of the first clip and behind the last that an instruction takes of `length` clips. */
function bounds(text: string, length: number): [number, number] {
  const part = sliceDataset(fakeDataset(Array(length).fill('dog')), parseSplit(text)[0]!);
  const numberOf = (index: number) => Number(part.idOf(index).slice('dog-'.length));
  return [numberOf(0), numberOf(part.length - 1) + 1];
}

describe('an instruction for a split', () => {
  // By the rules of Hugging Face's datasets: Python's round for per cent, bounds cut to the length.
  it.each([
    ['train', 25, [0, 25]],
    ['train[:]', 25, [0, 25]],
    ['train[10:20]', 25, [10, 20]],
    ['train[10:99]', 25, [10, 25]],
    ['train[-5:]', 25, [20, 25]],
    ['train[-99:-5]', 25, [0, 20]],
    ['train[:10%]', 25, [0, 2]], // 2.5
    ['train[:10%]', 35, [0, 4]], // 3.5
    ['train[ 80% : ]', 25, [20, 25]],
    ['train[-20%:-4%]', 25, [20, 24]],
    ['train[20%:100%]', 10, [2, 10]],
  ] as const)('%s of %i clips', (text, length, expected) => {
    expect(bounds(text, length)).toEqual(expected);
  });

  it.each(['', 'train[', 'train[5]', 'train[a:b]', 'train[:101%]', 'train[1:20%]', 'train[:1.5%]', 'train+'])(
    "refuses '%s', and shows what is allowed",
    (text) => {
      expect(() => parseSplit(text)).toThrow(
        /^The split '.*' cannot be understood.*'train\[:10%\]', .*'train\+test'\.$/,
      );
    },
  );

  it('refuses a slice without clips', () => {
    expect(() => bounds('train[30:]', 25)).toThrow('fake[30:] holds no clip: fake has 25.');
    expect(() => bounds('train[:1%]', 25)).toThrow('fake[:1%] holds no clip');
  });
});

describe('loadDataset with parts of splits', () => {
  const sound = sineWav(400, 0.05);
  const directory = () =>
    temporaryDirectory({
      'train/dog/a.wav': sound,
      'train/dog/b.wav': sound,
      'train/rain/c.wav': sound,
      'train/rain/d.wav': sound,
      'test/rain/e.wav': sound,
    });
  const idsOf = (dataset: AudioDataset) => Array.from({ length: dataset.length }, (_, index) => dataset.idOf(index));

  it('takes a slice, and several one after the other', async () => {
    const root = directory();
    const slice = await loadDataset(root, { split: 'train[25%:75%]' });
    expect(idsOf(slice)).toEqual(['train/dog/b.wav', 'train/rain/c.wav']);
    const sum = await loadDataset(root, { split: 'test + train[-1:] + train[:1]' });
    expect(idsOf(sum)).toEqual(['test/rain/e.wav', 'train/rain/d.wav', 'train/dog/a.wav']);
    expect([sum.labels, sum.labelOf(0), sum.labelOf(2)]).toEqual([['dog', 'rain'], 1, 0]);
    expect(sum.name).toContain('test + ');
    await expect(loadDataset(root, { split: 'train+dev' })).rejects.toThrow('has the splits test, train; got dev');
  });

  it('slices the folds of ESC-50, and a directory without splits as train', async () => {
    const part = await loadDataset('synthetic', { config: 'fold1', split: 'test[:2]' });
    expect([part.length, part.foldOf?.(0)]).toEqual([2, 1]);
    const flat = temporaryDirectory({ 'dog/a.wav': sound, 'rain/b.wav': sound });
    expect(idsOf(await loadDataset(flat, { split: 'train[:50%]' }))).toEqual(['dog/a.wav']);
  });
});
