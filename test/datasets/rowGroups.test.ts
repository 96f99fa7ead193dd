import { describe, expect, it } from 'vitest';
import { createReadCache } from '../../src/datasets/parquet/rowGroups.js';

/** A cache of `capacity` over a reader that notes what it was asked for. */
function noted(capacity: number) {
  const reads: string[] = [];
  const get = createReadCache(capacity, async (key: string) => {
    reads.push(key);
    return key.toUpperCase();
  });
  return { reads, get };
}

describe('createReadCache', () => {
  it('keeps what was used last and reads again what was dropped', async () => {
    const { reads, get } = noted(2);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) expect(await get(key)).toBe(key.toUpperCase());
    expect(reads).toEqual(['a', 'b', 'c', 'b']);
  });

  it('reads once for callers that ask at the same time', async () => {
    const { reads, get } = noted(1);
    expect(await Promise.all([get('a'), get('a')])).toEqual(['A', 'A']);
    expect(reads).toEqual(['a']);
  });

  it('keeps everything with an infinite capacity', async () => {
    const { reads, get } = noted(Number.POSITIVE_INFINITY);
    for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) await get(key);
    expect(reads).toEqual(['a', 'b', 'c']);
  });

  it('tries a failed read again', async () => {
    let attempts = 0;
    const get = createReadCache(1, async () => {
      if (++attempts === 1) throw new Error('lost');
      return 'found';
    });
    await expect(get('a')).rejects.toThrow('lost');
    expect(await get('a')).toBe('found');
  });
});
