import { DTYPE_BITS, type Dtype } from '../../src/hub/safetensorsHeader.js';
import type { Random } from '../../src/random.js';

/** How a file is damaged; `harmless` changes nothing that the format counts. */
export const MUTATIONS = ['harmless', 'bytes', 'length', 'cut', 'offsets', 'shape', 'dtype', 'text', 'bomb'] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** Fields of an entry as JSON text, so that also what JSON.stringify does not write can be put there. */
type Entry = [name: string, dtype: string, shape: string, offsets: string];

const pick = <T>(random: Random, values: readonly T[]): T => values[random.integer(values.length)]!;

/** A file of up to 12 tensors, of any dtype, one after the other. */
function makeEntries(random: Random): { entries: Entry[]; dataBytes: number } {
  let at = 0;
  const entries = Array.from({ length: 1 + random.integer(12) }, (_, i): Entry => {
    const dtype = random.uniform() < 0.6 ? pick(random, ['F32', 'F16', 'BF16'] as const) : pick(random, DTYPES);
    const shape = Array.from({ length: random.integer(4) }, () => random.integer(5));
    const bits = shape.reduce((product, size) => product * size, DTYPE_BITS[dtype]);
    if (bits % 8 !== 0) shape.push(8);
    const start = at;
    at += (bits * (bits % 8 === 0 ? 1 : 8)) / 8;
    return [JSON.stringify(`layer.${i}.weight`), `"${dtype}"`, `[${shape}]`, `[${start},${at}]`];
  });
  return { entries, dataBytes: at };
}
const DTYPES = Object.keys(DTYPE_BITS) as Dtype[];

function assemble(header: string | Uint8Array, dataBytes: number, random: Random, claimedLength?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimedLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  for (let at = 8 + text.length; at < bytes.length; at++) bytes[at] = random.integer(256);
  return bytes;
}

const headerOf = (entries: readonly Entry[], between = ','): string =>
  `{"__metadata__":{"format":"pt"}${between}${entries
    .map(([name, dtype, shape, offsets]) => `${name}:{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`)
    .join(between)}}`;

const ODD_NUMBERS = ['-1', '-0', '0.5', '4.0', '1e1', '1e999', '01', '0x4', 'NaN', 'null', '"4"', '[4]', '{}', 'true'];
const ABSURD_NUMBERS = ['2147483648', '4294967296', '9007199254740991', '9007199254740993', '18446744073709551616'];
const oddNumber = (random: Random): string =>
  random.uniform() < 0.5
    ? pick(random, ODD_NUMBERS)
    : pick(random, [...ABSURD_NUMBERS, '0', '1', '3', '9'.repeat(400)]);

/** Replaces one number of a list, adds one or takes one away. */
function changeList(list: string, random: Random): string {
  const numbers = list.slice(1, -1).split(',').filter(Boolean);
  const at = random.integer(numbers.length + 1);
  const number = random.uniform() < 0.5 ? oddNumber(random) : String(random.integer(64));
  numbers.splice(at, random.integer(2), ...(random.uniform() < 0.8 ? [number] : []));
  return `[${numbers}]`;
}

/** A seeded file, damaged in one way. */
export function mutatedSafetensors(mutation: Mutation, random: Random): Uint8Array {
  const { entries, dataBytes } = makeEntries(random);
  const entry = pick(random, entries);
  switch (mutation) {
    case 'harmless':
      return assemble(
        headerOf(random.shuffle(entries), pick(random, [',', ' ,\n', ',\t '])) + ' '.repeat(random.integer(9)),
        dataBytes,
        random,
      );
    case 'bytes':
      return changeBytes(assemble(headerOf(entries), dataBytes, random), random);
    case 'length': {
      const header = headerOf(entries);
      const lengths = [
        0n,
        1n,
        7n,
        2n ** 31n,
        2n ** 32n,
        2n ** 53n,
        2n ** 63n,
        2n ** 64n - 1n,
        100_000_000n,
        100_000_001n,
      ];
      const near = BigInt(Math.max(0, header.length - 20 + random.integer(40)));
      return assemble(header, dataBytes, random, random.uniform() < 0.5 ? near : pick(random, lengths));
    }
    case 'cut': {
      const whole = assemble(headerOf(entries), dataBytes, random);
      const longer = assemble(headerOf(entries), dataBytes + 1 + random.integer(40), random);
      return random.uniform() < 0.8 ? whole.slice(0, random.integer(whole.length)) : longer;
    }
    case 'offsets': {
      const other = pick(random, entries);
      if (random.uniform() < 0.3) [entry[3], other[3]] = [other[3], entry[3]];
      else entry[3] = changeList(entry[3], random);
      return assemble(headerOf(entries), dataBytes, random);
    }
    case 'shape':
      entry[2] = random.uniform() < 0.1 ? oddNumber(random) : changeList(entry[2], random);
      return assemble(headerOf(entries), dataBytes, random);
    case 'dtype':
      entry[1] =
        random.uniform() < 0.7 ? `"${pick(random, DTYPES)}"` : pick(random, ['"F33"', '"valueOf"', '32', 'null', '""']);
      return assemble(headerOf(entries), dataBytes, random);
    case 'text':
      return assemble(changeText(headerOf(entries), entries, random), dataBytes, random);
    case 'bomb':
      return assemble(makeBomb(200 + random.integer(2000), random), dataBytes, random);
  }
}

function changeBytes(bytes: Uint8Array, random: Random): Uint8Array {
  for (let count = 1 + random.integer(4); count > 0; count--) {
    const at = random.integer(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random.integer(16));
    const change = random.integer(4);
    if (change < 2) bytes[at]! ^= 1 << random.integer(8);
    else if (change === 2) bytes.copyWithin(at, random.integer(bytes.length), end);
    else bytes.fill(random.integer(256), at, end);
  }
  return bytes;
}

function changeText(header: string, entries: readonly Entry[], random: Random): string | Uint8Array {
  const name = pick(random, entries)[0];
  const changes: (() => string | Uint8Array)[] = [
    () => headerOf([...entries, pick(random, entries)]), // a name twice
    () =>
      header.replaceAll(
        name,
        pick(random, ['"__proto__"', '""', '"__metadata__"', '"\\u0000"', '"\\ud800"', '"constructor"']),
      ),
    () => header.replace('"pt"', pick(random, ['1', 'null', '{}', '["pt"]', '"\\u00e9"', '"\\x"'])),
    () => header.replace('"shape"', pick(random, ['"dtype"', '"Shape"', 'shape', '"shape":[],"shape"'])),
    () =>
      header.replace(pick(random, [':', ',', '{', '}', '[', ']', '"']), pick(random, ['', ' ', ':', '}', '\u0000'])),
    () => new Uint8Array(Buffer.from(header.replace('layer', '\u00ff'), 'latin1')), // not UTF-8
    () => `${header}${pick(random, ['x', '}', '\u0000', '{}'])}`,
    () => pick(random, ['', '[]', 'null', '{', '"{"', '{"a"', '\ufeff{}', ' {}']),
  ];
  return pick(random, changes)();
}

/** A header of at least so many characters that costs far more to hold in memory than to write. */
export function makeBomb(length: number, random: Random): string {
  const repeat = (text: string): string => text.repeat(Math.ceil(length / text.length));
  const list = (item: (i: number) => string, size: number): string =>
    Array.from({ length: Math.ceil(length / size) }, (_, i) => item(i)).join();
  const bombs: (() => string)[] = [
    () => `{"a":${repeat('[')}`,
    () => `{"a":${repeat('{"a":')}`,
    () => `{"a":{"dtype":"F32","shape":${repeat('[')}`,
    () => `{"a":{"dtype":"F32","shape":[${repeat('0,')}0],"data_offsets":[0,0]}}`,
    () => `{"a":{"dtype":"F32","shape":[1,${repeat('1,')}1],"data_offsets":[0,4]}}`,
    () => `{${list((i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`, 52)}}`,
    () => `{"__metadata__":{${list((i) => `"${i}":""`, 9)}}}`,
    () => `{"__metadata__":{"a":"${repeat('\u00e9')}"}}`,
    () => `{"__metadata__":{"a":{${list((i) => `"${i}":[[]]`, 9)}}}}`,
    () => `{"${repeat('x')}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`,
    () => `{"${repeat('x')}`,
    () => `{${repeat('"a":{},')}`,
    () => `{"a":${repeat('9')}}`,
    () => `{${repeat(' ')}`,
  ];
  return pick(random, bombs)();
}
