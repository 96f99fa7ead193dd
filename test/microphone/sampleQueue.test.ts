import { expect, it, vi } from 'vitest';
import { createSampleQueue } from '../../src/microphone/sampleQueue.js';

const piece = (...samples: number[]): Float32Array => Float32Array.from(samples);

async function collect(pieces: AsyncIterable<Float32Array>): Promise<number[]> {
  const samples: number[] = [];
  for await (const some of pieces) samples.push(...some);
  return samples;
}

it('pieces come out in order, those that waited and those that come while somebody reads', async () => {
  const queue = createSampleQueue(100, () => {});
  queue.push(piece(1, 2));
  const read = collect(queue.pieces);
  await Promise.resolve();
  queue.push(piece(3));
  setTimeout(() => {
    queue.push(piece(4, 5));
    queue.end();
    queue.push(piece(6));
  });
  expect(await read).toEqual([1, 2, 3, 4, 5]);
  expect(queue.lost).toBe(0);
});

it('the oldest samples are lost when too many wait; they are counted, and told once until the reader has caught up', async () => {
  const onLoss = vi.fn();
  const queue = createSampleQueue(4, onLoss);
  for (let i = 0; i < 5; i++) queue.push(piece(2 * i, 2 * i + 1));
  expect(queue.lost).toBe(6);
  expect(onLoss).toHaveBeenCalledTimes(1);
  const read = collect(queue.pieces);
  await new Promise((resolve) => setTimeout(resolve));
  for (let i = 5; i < 8; i++) queue.push(piece(2 * i, 2 * i + 1));
  queue.end();
  expect(await read).toEqual([6, 7, 8, 9, 12, 13, 14, 15]);
  expect(queue.lost).toBe(8);
  expect(onLoss).toHaveBeenCalledTimes(2);
});

it('what was recorded before an error is given before it', async () => {
  const queue = createSampleQueue(100, () => {});
  queue.push(piece(1));
  queue.end(new Error('unplugged'));
  queue.end();
  expect((await queue.pieces.next()).value).toEqual(piece(1));
  await expect(queue.pieces.next()).rejects.toThrow('unplugged');
});
