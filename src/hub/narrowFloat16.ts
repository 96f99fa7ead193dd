const SMALLEST_NORMAL = 2 ** -14;

/**
 * float32 to IEEE 754 binary16, rounded to the nearest, ties to even. The relative error is at most 2^-11 from 2^-14 on, the
 * absolute error 2^-25 below; what is 65520 or more becomes infinite, and a NaN stays one.
 */
export function narrowFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const sign = (bits[i]! >>> 16) & 0x8000;
    halves[i] = sign | narrowMagnitude(Math.abs(values[i]!), bits[i]! & 0x7fffffff);
  }
  return halves;
}

/** The 15 bits below the sign. */
function narrowMagnitude(value: number, bits: number): number {
  if (bits > 0x7f800000) return 0x7e00 | ((bits >> 13) & 0x1ff);
  if (value >= 65520) return 0x7c00;
  // Counted in steps of 2^-24: exact but for the fraction of a step, which a double of 2^52 or more has no room for.
  if (value < SMALLEST_NORMAL) return value * 2 ** 24 + 2 ** 52 - 2 ** 52;
  // Just under half a step is added, and a whole half where that makes it even; a carry goes on into the exponent.
  return (bits - ((127 - 15) << 23) + 0xfff + ((bits >> 13) & 1)) >> 13;
}
