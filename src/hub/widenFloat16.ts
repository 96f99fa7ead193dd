/**
 * 16-bit floating point to float32. Both conversions are exact and go through bit patterns, so the payload of a NaN
 * survives too. Safetensors files are little-endian, and so is every machine that runs this.
 */

/** bfloat16: the upper half of a float32. */
export function widenBfloat16(values: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = values[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
export function widenFloat16(values: Uint16Array): Float32Array<ArrayBuffer> {
  table ??= makeTable();
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = table[values[i]!]!;
  return new Float32Array(bits.buffer);
}

/** The float32 bit pattern of every half: 256 KB, which stays in the cache. */
let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  const bits = new Uint32Array(65536);
  const floats = new Float32Array(bits.buffer);
  for (let half = 0; half < 0x8000; half++) {
    const exponent = half >> 10;
    const fraction = half & 0x3ff;
    if (exponent === 31) bits[half] = 0x7f800000 | (fraction << 13);
    else if (exponent === 0) floats[half] = fraction * 2 ** -24;
    else bits[half] = ((exponent + 127 - 15) << 23) | (fraction << 13);
    bits[half | 0x8000] = bits[half]! | 0x80000000;
  }
  return bits;
}
