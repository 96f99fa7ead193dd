import { describe, expect, it } from 'vitest';
import { inMemoryDataset } from '../../src/datasets/index.js';

const clip = (samples: number[], sampleRate = 16000) => ({ samples: Float32Array.from(samples), sampleRate });

describe('inMemoryDataset', () => {
  it('takes classes by name or by index and makes up ids', async () => {
    const dataset = inMemoryDataset(
      [
        { label: 'bell', waveform: clip([1]) },
        { label: 0, waveform: clip([2]), id: 'mine' },
      ],
      ['knock', 'bell'],
    );
    expect([dataset.length, dataset.sampleRate, dataset.labels]).toEqual([2, 16000, ['knock', 'bell']]);
    expect([dataset.labelOf(0), dataset.labelOf(1)]).toEqual([1, 0]);
    expect([dataset.idOf(0), dataset.idOf(1)]).toEqual(['clip-0', 'mine']);
    expect(await dataset.get(1)).toEqual({ id: 'mine', label: 0, waveform: clip([2]) });
  });

  it('refuses an index that does not exist, saying how many recordings there are', async () => {
    const dataset = inMemoryDataset([{ label: 'a', waveform: clip([1]) }], ['a'], { name: 'mine' });
    expect(() => dataset.labelOf(1)).toThrow('mine holds 1 recordings, numbered from 0; there is no recording 1.');
    expect(() => dataset.idOf(0.5)).toThrow(RangeError);
    await expect(dataset.get(-1)).rejects.toThrow(RangeError);
  });

  it('refuses clips that do not fit', () => {
    const a = { label: 'a', waveform: clip([1]), id: 'x' };
    expect(() => inMemoryDataset([], ['a'])).toThrow('at least one clip');
    expect(() => inMemoryDataset([a], ['a', 'a'])).toThrow('a label occurs twice in [a, a]');
    expect(() => inMemoryDataset([{ ...a, label: 'b' }], ['a'])).toThrow('x has the label b, which is not one of [a]');
    expect(() => inMemoryDataset([{ ...a, label: 1 }], ['a'])).toThrow('x has the label 1');
    expect(() => inMemoryDataset([a, a], ['a'])).toThrow('the id x occurs twice');
    expect(() => inMemoryDataset([a, { ...a, id: 'y', waveform: clip([1], 8000) }], ['a'])).toThrow(
      'y has 8000 Hz, the clips before it 16000 Hz; call resample(waveform, 16000) first',
    );
  });
});
