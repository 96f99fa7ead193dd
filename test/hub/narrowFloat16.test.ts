import { describe, expect, it } from 'vitest';
import { narrowFloat16 } from '../../src/hub/narrowFloat16.js';
import { widenFloat16 } from '../../src/hub/widenFloat16.js';
import { createRandom } from '../../src/random.js';

const narrow = (value: number): number => narrowFloat16(Float32Array.of(value))[0]!;
const allHalves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe('narrowFloat16', () => {
  it('gives every half back whose float32 it is given, NaN payloads included', () => {
    const back = narrowFloat16(widenFloat16(allHalves));
    // A NaN comes back quiet: bit 9 set, as every processor does.
    const isNaNHalf = (bits: number) => (bits & 0x7fff) > 0x7c00;
    const expected = allHalves.map((bits) => (isNaNHalf(bits) ? bits | 0x200 : bits));
    expect(expected.findIndex((bits, i) => bits !== back[i])).toBe(-1);
  });

  it('rounds what lies between two halves to the nearer, and the middle to the even one', () => {
    const finite = widenFloat16(allHalves.subarray(0, 0x7c00)); // 0 up to 65504
    for (let i = 0; i + 1 < finite.length; i++) {
      const [low, high] = [finite[i]!, finite[i + 1]!];
      const middle = (low + high) / 2; // exact in float32
      const nextTo = (value: number, by: number) => Math.fround(value * (1 + by * 2 ** -23));
      const found = [nextTo(middle, -1), middle, nextTo(middle, 1)].map(narrow);
      expect(found, `between ${low} and ${high}`).toEqual([i, i % 2 === 0 ? i : i + 1, i + 1]);
    }
  });

  it.each([
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-1e30, 0xfc00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -25, 0],
    [2 ** -149, 0],
    [-0, 0x8000],
  ])('takes %d to the bits %d', (value, bits) => {
    expect(narrow(value)).toBe(bits);
  });

  it('is off by at most 2^-11 of a value from 2^-14 to 2^15', () => {
    const random = createRandom(0);
    const values = Float32Array.from({ length: 10_000 }, () => random.uniform(1, 2) * 2 ** (random.integer(29) - 14));
    const back = widenFloat16(narrowFloat16(values));
    const worst = Math.max(...values.map((value, i) => Math.abs(back[i]! / value - 1)));
    expect(worst).toBeLessThanOrEqual(2 ** -11);
    expect(worst).toBeGreaterThan(2 ** -12);
  });

  it('reads a view into a larger array', () => {
    expect([...narrowFloat16(Float32Array.of(9, 1, 2).subarray(1))]).toEqual([0x3c00, 0x4000]);
  });
});
