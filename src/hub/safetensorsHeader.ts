import { CheckpointError } from '../errors.js';
import { type JsonCursor, jsonCursor } from './jsonCursor.js';

/** Bits of one element, for every element type that the safetensors format names. */
export const DTYPE_BITS = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** Element type of a tensor, as the safetensors format calls it. */
export type Dtype = keyof typeof DTYPE_BITS;

/** Where a tensor lies in a safetensors file, and what it is. */
export interface TensorInfo {
  readonly dtype: Dtype;
  /** Row-major; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** First byte of the tensor, counted from the beginning of the file. */
  readonly start: number;
  /** First byte after the tensor, counted from the beginning of the file. */
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order in which the tensors lie in the file. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** A name as messages have it: a file may make it as long as it likes. */
export const quoted = (name: string): string =>
  name.length <= 200 ? `"${name}"` : `"${name.slice(0, 160)}…" (${name.length} characters)`;

/** Bytes that what a header lists may take in memory, besides a tenth of the file's size: some 40,000 tensors. */
const TABLE_BYTES = 16 * 2 ** 20;
/** What an entry takes at most in memory, measured, beyond its characters and dimensions. */
const ENTRY_BYTES = 400;

/**
 * Reads the JSON header of a safetensors file and holds it to the format: every byte of [dataStart, fileSize) belongs to
 * exactly one tensor. The format knows no more than two levels of objects, so nothing else is ever built, and what is
 * built is counted: a file of a hundred million brackets or empty tensors costs an error.
 */
export function parseHeader(bytes: Uint8Array, dataStart: number, fileSize: number, file: string): SafetensorsHeader {
  if (bytes[0] !== 0x7b)
    throw new CheckpointError(
      `${file}: the header of a safetensors file begins with "{", got ${describeByte(bytes[0])}.`,
    );
  const spend = tableBudget(TABLE_BYTES + fileSize / 10, file);
  const cursor = jsonCursor(bytes, {
    invalid: (at, cause) =>
      new CheckpointError(`${file}: the header is not valid JSON in UTF-8, at byte ${at}.`, [], { cause }),
    duplicate: (name) => new CheckpointError(`${file}: the header holds the name ${quoted(name)} twice.`, [name]),
  });
  let metadata: Record<string, string> = {};
  const entries: [string, TensorInfo][] = [];
  cursor.object((name) => {
    spend(ENTRY_BYTES + 2 * name.length);
    if (name === '__metadata__') metadata = readMetadata(cursor, file, spend);
    else entries.push([name, readTensorInfo(cursor, name, { dataStart, file, spend })]);
  });
  cursor.end();
  entries.sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  checkCoverage(entries, dataStart, fileSize, file);
  return { metadata, tensors: new Map(entries) };
}

type Spend = (bytes: number) => void;

/** Counts memory; throws when it is more than `budget` bytes. */
function tableBudget(budget: number, file: string): Spend {
  let left = budget;
  return (bytes) => {
    left -= bytes;
    if (left < 0)
      throw new CheckpointError(
        `${file}: what the header lists takes more than ${Math.round(budget / 2 ** 20)} MB of memory, the most that is ` +
          'allowed for a file of this size; the file is not a checkpoint.',
      );
  };
}

const describeByte = (byte: number | undefined): string =>
  byte === undefined ? 'an empty header' : `byte 0x${byte.toString(16).padStart(2, '0')}`;

function readMetadata(cursor: JsonCursor, file: string, spend: Spend): Record<string, string> {
  if (!cursor.isAt('{')) throw new CheckpointError(`${file}: __metadata__ must be an object of strings.`);
  const metadata: [string, string][] = [];
  cursor.object((key) => {
    if (!cursor.isAt('"'))
      throw new CheckpointError(
        `${file}: __metadata__ maps ${quoted(key)} to ${cursor.excerpt()()}, expected a string.`,
      );
    const value = cursor.string();
    spend(ENTRY_BYTES + 2 * (key.length + value.length));
    metadata.push([key, value]);
  });
  return Object.fromEntries(metadata);
}

function readTensorInfo(
  cursor: JsonCursor,
  name: string,
  { dataStart, file, spend }: { dataStart: number; file: string; spend: Spend },
): TensorInfo {
  const refuse = (problem: string): never => {
    throw new CheckpointError(`${file}: tensor ${quoted(name)}: ${problem}.`, [name]);
  };
  const incomplete = 'expected an object with exactly dtype, shape and data_offsets';
  if (!cursor.isAt('{')) refuse(incomplete);
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  cursor.object((field) => {
    const excerpt = cursor.excerpt();
    if (field === 'dtype') {
      dtype = cursor.isAt('"') ? cursor.string() : '';
      if (!Object.hasOwn(DTYPE_BITS, dtype)) refuse(`dtype ${excerpt()} is not one of the safetensors format`);
    } else if (field === 'shape')
      shape =
        readNumbers(cursor, () => spend(16)) ?? refuse(`shape ${excerpt()} is not a list of whole numbers from 0`);
    else if (field === 'data_offsets') {
      offsets = readNumbers(cursor, () => spend(16));
      if (offsets?.length !== 2 || offsets[0]! > offsets[1]!)
        refuse(`data_offsets ${excerpt()} are not [begin, end] with 0 <= begin <= end`);
    } else refuse(incomplete);
  });
  if (dtype === undefined || !shape || !offsets) return refuse(incomplete);

  let bits: number = DTYPE_BITS[dtype as Dtype];
  for (const size of shape) {
    bits *= size;
    if (!Number.isSafeInteger(bits)) return refuse(`shape [${shape.slice(0, 8)}] has too many elements`);
  }
  const [begin, end] = offsets as [number, number];
  if (bits !== 8 * (end - begin))
    return refuse(`shape [${shape.slice(0, 8)}] of ${dtype} takes ${bits / 8} bytes, data_offsets span ${end - begin}`);
  return { dtype: dtype as Dtype, shape, start: dataStart + begin, end: dataStart + end };
}

/** A list of whole numbers, or `undefined` where there is something else. */
function readNumbers(cursor: JsonCursor, onNumber: () => void): number[] | undefined {
  const numbers: number[] = [];
  if (!cursor.take('[')) return undefined;
  if (cursor.take(']')) return numbers;
  do {
    const number = cursor.wholeNumber();
    if (number === undefined) return undefined;
    onNumber();
    numbers.push(number);
  } while (cursor.take(','));
  return cursor.take(']') ? numbers : undefined;
}

function checkCoverage(
  entries: readonly (readonly [string, TensorInfo])[],
  dataStart: number,
  fileSize: number,
  file: string,
): void {
  let at = dataStart;
  let previous = 'the header';
  for (const [name, { start, end }] of entries) {
    if (start !== at) {
      const problem = start < at ? `overlaps ${previous}` : `leaves a hole of ${start - at} bytes after ${previous}`;
      throw new CheckpointError(`${file}: tensor ${quoted(name)} ${problem}.`, [name]);
    }
    at = end;
    previous = `tensor ${quoted(name)}`;
  }
  if (at === fileSize) return;
  const problem =
    at > fileSize
      ? `ends ${at - fileSize} bytes after the end of the file; the file is cut short: download or write it again`
      : `is followed by ${fileSize - at} bytes that belong to no tensor`;
  const last = entries.at(-1)?.[0];
  throw new CheckpointError(`${file}: ${previous} ${problem}.`, last === undefined ? [] : [last]);
}
