import { describe, expect, it } from 'vitest';
import { readAhead } from '../../src/datasets/readAhead.js';

const numbers = [0, 1, 2, 3, 4, 5];

describe('readAhead', () => {
  it('gives every item in order, whichever is ready first', async () => {
    const read = async (item: number) => {
      await new Promise((resolve) => setTimeout(resolve, 20 - 3 * item));
      return 10 * item;
    };
    const found: number[] = [];
    for await (const item of readAhead(numbers, 3, read)) found.push(item);
    expect(found).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it.each([
    [0, [0]],
    [2, [0, 1, 2]],
    [99, numbers],
  ])('has started %i further items, and no more, while the first is used', async (ahead, expected) => {
    const started: number[] = [];
    const items = readAhead(numbers, ahead, async (item) => started.push(item));
    await items.next();
    expect(started).toEqual(expected);
  });

  it('throws an error when its item has its turn, and none when nobody gets there', async () => {
    const read = async (item: number) => {
      if (item === 2) throw new Error('item 2 is broken');
      return item;
    };
    const seen: number[] = [];
    const all = (async () => {
      for await (const item of readAhead(numbers, 5, read)) seen.push(item);
    })();
    await expect(all).rejects.toThrow('item 2 is broken');
    expect(seen).toEqual([0, 1]);
    for await (const item of readAhead(numbers, 5, read)) if (item === 1) break; // an unhandled rejection would fail the test
  });
});
