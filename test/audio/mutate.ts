import { pageChecksum } from '../../src/audio/ogg.js';
import type { Random } from '../../src/random.js';

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Most of what can break is in the headers, which are at the start. */
const position = (bytes: Uint8Array, random: Random): number =>
  random.integer(Math.max(1, random.uniform() < 0.6 ? Math.min(bytes.length, 160) : bytes.length));

const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Sizes, counts and rates that no file has. */
const ABSURD = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0xffff, 0xffffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

const flipBits: Mutation = (bytes, random) => {
  for (let flips = 1 + random.integer(32); flips > 0 && bytes.length > 0; flips--)
    bytes[position(bytes, random)]! ^= 1 << random.integer(8);
  return bytes;
};
const cut: Mutation = (bytes, random) => bytes.subarray(0, position(bytes, random));
const insert: Mutation = (bytes, random) => {
  const at = position(bytes, random);
  const added = Uint8Array.from({ length: 1 + random.integer(400) }, () => random.integer(256));
  return join(bytes.subarray(0, at), added, bytes.subarray(at));
};
const remove: Mutation = (bytes, random) => {
  const at = position(bytes, random);
  return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(400)));
};
const swap: Mutation = (bytes, random) => {
  const [a = 0, b = 0, c = 0] = [0, 0, 0].map(() => position(bytes, random)).sort((x, y) => x - y);
  return join(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c));
};
const absurdSize: Mutation = (bytes, random) => {
  const at = position(bytes, random);
  if (at + 4 > bytes.length) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const value = ABSURD[random.integer(ABSURD.length)]!;
  if (random.uniform() < 0.5) view.setUint32(at, value, random.uniform() < 0.5);
  else view.setUint16(at, value, random.uniform() < 0.5);
  return bytes;
};
const overwrite: Mutation = (bytes, random) => {
  const at = position(bytes, random);
  return bytes.fill(random.integer(256), at, at + 1 + random.integer(64));
};
const mutations = [flipBits, cut, insert, remove, swap, absurdSize, absurdSize, overwrite];

/** Damages a file in one to three ways, which the random numbers choose; the file itself is not changed. */
export function mutate(file: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = file.slice();
  for (let count = 1 + random.integer(3); count > 0; count--)
    bytes = mutations[random.integer(mutations.length)]!(bytes, random).slice();
  // Else no damage would reach the decoders behind the checksums of Ogg.
  if (random.uniform() < 0.5) repairOggChecksums(bytes);
  return bytes;
}

function repairOggChecksums(bytes: Uint8Array): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = text.indexOf('OggS'); at >= 0; at = text.indexOf('OggS', at + 4)) {
    const segments = bytes[at + 26] ?? 0;
    const size = 27 + segments + bytes.subarray(at + 27, at + 27 + segments).reduce((sum, length) => sum + length, 0);
    if (at + size <= bytes.length) text.writeUInt32LE(pageChecksum(bytes.subarray(at, at + size)), at + 22);
  }
}
