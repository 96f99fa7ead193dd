import { describe, expect, it } from 'vitest';
import { widenBfloat16, widenFloat16 } from '../../src/hub/widenFloat16.js';

/** Bit pattern and value, from the definitions of the formats. */
const HALVES: [bits: number, value: number][] = [
  [0x0000, 0],
  [0x8000, -0],
  [0x3c00, 1],
  [0xc000, -2],
  [0x3555, 0.333251953125],
  [0x7bff, 65504], // largest
  [0x0400, 2 ** -14], // smallest normal
  [0x03ff, 1023 * 2 ** -24], // largest subnormal
  [0x0001, 2 ** -24], // smallest subnormal
  [0x8001, -(2 ** -24)],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, Number.NaN],
  [0xfc01, Number.NaN],
];

const BFLOATS: [bits: number, value: number][] = [
  [0x0000, 0],
  [0x8000, -0],
  [0x3f80, 1],
  [0xc000, -2],
  [0x4049, 3.140625],
  [0x7f7f, 255 * 2 ** 120], // largest
  [0x0080, 2 ** -126], // smallest normal
  [0x007f, 127 * 2 ** -133], // largest subnormal
  [0x0001, 2 ** -133], // smallest subnormal
  [0x7f80, Number.POSITIVE_INFINITY],
  [0xff80, Number.NEGATIVE_INFINITY],
  [0x7fc0, Number.NaN],
];

const hex = (bits: number) => `0x${bits.toString(16).padStart(4, '0')}`;

describe('widenFloat16', () => {
  it.each(HALVES.map(([bits, value]) => [hex(bits), value, bits] as const))('reads %s as %d', (_, value, bits) => {
    expect(widenFloat16(Uint16Array.of(bits))[0]).toBe(value);
  });

  it('agrees with the definition for all 65536 patterns', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const expected = Array.from(all, (bits) => {
      const sign = bits & 0x8000 ? -1 : 1;
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
      return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
    });
    const actual = widenFloat16(all);
    expect(expected.findIndex((value, bits) => !Object.is(actual[bits], value))).toBe(-1);
  });
});

describe('widenBfloat16', () => {
  it.each(BFLOATS.map(([bits, value]) => [hex(bits), value, bits] as const))('reads %s as %d', (_, value, bits) => {
    expect(widenBfloat16(Uint16Array.of(bits))[0]).toBe(value);
  });
});
