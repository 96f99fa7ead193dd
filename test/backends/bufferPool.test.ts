import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../src/backends/onnxruntime/bufferPool.js';

const plenty = () => Number.POSITIVE_INFINITY;
const mebibyte = 2 ** 18; // in elements

describe('the pool of buffers', () => {
  it('lends a freed array again to the next who wants that length', () => {
    const pool = new BufferPool(1e6, plenty);
    const first = pool.take(10);
    pool.give(first);
    expect(pool.freeBytes).toBe(40);
    expect(pool.take(11)).not.toBe(first);
    expect(pool.take(10)).toBe(first);
    expect(pool.freeBytes).toBe(0);
  });

  it('takes back only what it lent, and once', () => {
    const pool = new BufferPool(1e6, plenty);
    const lent = pool.take(3);
    pool.give(new Float32Array(3));
    pool.give(lent.subarray(0, 3));
    pool.give(undefined);
    expect(pool.freeBytes).toBe(0);
    pool.give(lent);
    pool.give(lent);
    expect(pool.freeBytes).toBe(12);
  });

  it('never lends again what somebody outside holds', () => {
    const pool = new BufferPool(1e6, plenty);
    const held = pool.take(3);
    pool.forget(held);
    pool.give(held);
    expect(pool.freeBytes).toBe(0);
    expect(pool.take(3)).not.toBe(held);
  });

  it('keeps no more than its cap, and drops the lengths first that did not come back for long', () => {
    const pool = new BufferPool(100, plenty);
    const [a, b, c] = [pool.take(10), pool.take(10), pool.take(8)];
    const large = pool.take(26);
    for (const array of [a, b, c]) pool.give(array); // 40 + 40 + 32 bytes
    expect(pool.freeBytes).toBe(72);
    expect(pool.take(8)).toBe(c);
    pool.give(large); // 104 bytes alone
    expect(pool.freeBytes).toBe(40);
  });

  it('keeps nothing with a cap of 0', () => {
    const pool = new BufferPool(0, plenty);
    pool.give(pool.take(1));
    expect(pool.freeBytes).toBe(0);
  });

  it('is emptied when a large fresh array needs the memory that is left', () => {
    let available = 2 * 2 ** 20;
    const pool = new BufferPool(1e9, () => available);
    pool.give(pool.take(1000));
    pool.take(mebibyte);
    expect(pool.freeBytes).toBe(4000);
    available = 2 ** 19;
    pool.take(mebibyte + 1);
    expect(pool.freeBytes).toBe(0);
  });

  it('is emptied before an array is refused', () => {
    const pool = new BufferPool(1e9, plenty);
    pool.give(pool.take(1000));
    expect(() => pool.take(2 ** 50)).toThrow(RangeError);
    expect(pool.freeBytes).toBe(0);
  });
});
