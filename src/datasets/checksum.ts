/**
 * A signed 32-bit number that tells arrays of bytes apart: FNV-1a over their words of 32 bits, each stirred by a shift as
 * high bits would else be lost. Every change of one word changes it. It finds damage and changes, not forgery.
 */
export function checksum(array: ArrayBufferView): number {
  const words = new Int32Array(array.buffer, array.byteOffset, array.byteLength >> 2);
  const rest = new Uint8Array(array.buffer, array.byteOffset + 4 * words.length, array.byteLength % 4);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = stir(hash, words[i]!);
  for (const byte of rest) hash = stir(hash, byte);
  return hash | 0;
}

function stir(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193);
  return product ^ (product >>> 15);
}
