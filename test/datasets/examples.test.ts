import { describe, expect, it } from 'vitest';
import { countLabels, examples, type SkippedRecording, subset } from '../../src/datasets/index.js';
import { HubError } from '../../src/errors.js';
import { fakeDataset, withBroken } from './fakeDataset.js';

async function ids(run: AsyncIterable<{ id: string; index: number }>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { id, index } of run) seen.push(`${index}:${id}`);
  return seen;
}

const three = fakeDataset(['dog', 'rain', 'dog']);

describe('examples', () => {
  it('yields all recordings, or the given ones in their order', async () => {
    expect(await ids(examples(three))).toEqual(['0:dog-0', '1:rain-1', '2:dog-2']);
    expect(await ids(examples(three, [2, 0]))).toEqual(['2:dog-2', '0:dog-0']);
  });

  it('throws at a recording that cannot be read', async () => {
    await expect(ids(examples(withBroken(three, [1])))).rejects.toThrow('The recording rain-1 cannot be read');
  });

  it('skips what cannot be read when asked to, and reports each with its reason', async () => {
    const skipped: SkippedRecording[] = [];
    const run = examples(withBroken(three, [0, 2]), undefined, { onUnreadable: 'skip', skipped });
    expect(await ids(run)).toEqual(['1:rain-1']);
    expect(skipped).toEqual([
      { id: 'dog-0', reason: 'The recording dog-0 cannot be read: no bytes' },
      { id: 'dog-2', reason: 'The recording dog-2 cannot be read: no bytes' },
    ]);
  });

  it('never skips for a lost connection or a wrong index', async () => {
    const offline = {
      ...three,
      get: async () => {
        throw new HubError('no answer');
      },
    };
    const skipped: SkippedRecording[] = [];
    await expect(ids(examples(offline, [0], { onUnreadable: 'skip', skipped }))).rejects.toThrow('no answer');
    await expect(ids(examples(three, [3], { onUnreadable: 'skip', skipped }))).rejects.toThrow(RangeError);
    expect(skipped).toEqual([]);
  });
});

describe('countLabels', () => {
  it('counts the recordings of each class, zeros included', () => {
    expect(countLabels(subset(three, [0, 2]))).toEqual([
      { label: 'dog', count: 2 },
      { label: 'rain', count: 0 },
    ]);
  });
});
