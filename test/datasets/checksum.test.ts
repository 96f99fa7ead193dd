import { describe, expect, it } from 'vitest';
import { checksum } from '../../src/datasets/checksum.js';

describe('checksum', () => {
  it('changes with every bit of an array', () => {
    const bytes = Uint8Array.from({ length: 22 }, (_, i) => 37 * i);
    const sums = new Set([checksum(bytes)]);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      sums.add(checksum(changed));
    }
    expect(sums.size).toBe(8 * bytes.length + 1);
  });

  it('sees two changes of sign, the order of words, and zeros at the end', () => {
    expect(checksum(Float32Array.of(1, 2, 3))).not.toBe(checksum(Float32Array.of(-1, 2, -3)));
    expect(checksum(Int32Array.of(1, 2))).not.toBe(checksum(Int32Array.of(2, 1)));
    expect(checksum(Int32Array.of(1))).not.toBe(checksum(Int32Array.of(1, 0)));
  });

  it('is that of the bytes, whatever type they are seen as', () => {
    const floats = Float32Array.of(1, 2, 3);
    expect(checksum(floats.subarray(1))).toBe(checksum(new Uint8Array(floats.buffer, 4)));
  });
});
