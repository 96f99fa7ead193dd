import { CheckpointError } from '../errors.js';
import { findDuplicateKey } from './duplicateKey.js';

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

/**
 * Reads the JSON header of a safetensors file and holds it to the format: every byte of [dataStart, fileSize) belongs to
 * exactly one tensor.
 */
export function parseHeader(bytes: Uint8Array, dataStart: number, fileSize: number, file: string): SafetensorsHeader {
  const header = parseJson(bytes, file);
  const metadata = parseMetadata(header.get('__metadata__'), file);
  header.delete('__metadata__');
  const entries = [...header].map(([name, entry]) => [name, parseTensor(name, entry, dataStart, file)] as const);
  entries.sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  checkCoverage(entries, dataStart, fileSize, file);
  return { metadata, tensors: new Map(entries) };
}

function parseJson(bytes: Uint8Array, file: string): Map<string, unknown> {
  if (bytes[0] !== 0x7b)
    throw new CheckpointError(
      `${file}: the header of a safetensors file begins with "{", got ${describeByte(bytes[0])}.`,
    );
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const header = new Map<string, unknown>(Object.entries(JSON.parse(json) as object));
    const duplicate = findDuplicateKey(json);
    if (duplicate !== undefined)
      throw new CheckpointError(`${file}: the header holds the name "${duplicate}" twice.`, [duplicate]);
    return header;
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(`${file}: the header is not valid JSON in UTF-8.`, [], { cause: error });
  }
}

const describeByte = (byte: number | undefined): string =>
  byte === undefined ? 'an empty header' : `byte 0x${byte.toString(16).padStart(2, '0')}`;

function parseMetadata(metadata: unknown, file: string): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) throw new CheckpointError(`${file}: __metadata__ must be an object of strings.`);
  for (const [key, value] of Object.entries(metadata))
    if (typeof value !== 'string')
      throw new CheckpointError(`${file}: __metadata__ maps "${key}" to a ${typeof value}, expected a string.`);
  return metadata as Record<string, string>;
}

function parseTensor(name: string, entry: unknown, dataStart: number, file: string): TensorInfo {
  const refuse = (problem: string): never => {
    throw new CheckpointError(`${file}: tensor "${name}": ${problem}.`, [name]);
  };
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== 'data_offsets,dtype,shape')
    return refuse('expected an object with exactly dtype, shape and data_offsets');

  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPE_BITS, dtype))
    return refuse(`dtype ${JSON.stringify(dtype)} is not one of the safetensors format`);
  if (!Array.isArray(shape) || !shape.every(isSize))
    return refuse(`shape ${JSON.stringify(shape)} is not a list of whole numbers from 0`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize) || offsets[0]! > offsets[1]!)
    return refuse(`data_offsets ${JSON.stringify(offsets)} are not [begin, end] with 0 <= begin <= end`);

  let bits: number = DTYPE_BITS[dtype as Dtype];
  for (const size of shape) {
    bits *= size;
    if (!Number.isSafeInteger(bits)) return refuse(`shape [${shape}] has too many elements`);
  }
  const [begin, end] = offsets as [number, number];
  if (bits !== 8 * (end - begin))
    return refuse(`shape [${shape}] of ${dtype} takes ${bits / 8} bytes, data_offsets span ${end - begin}`);
  return { dtype: dtype as Dtype, shape, start: dataStart + begin, end: dataStart + end };
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
      throw new CheckpointError(`${file}: tensor "${name}" ${problem}.`, [name]);
    }
    at = end;
    previous = `tensor "${name}"`;
  }
  if (at === fileSize) return;
  const problem =
    at > fileSize
      ? `ends ${at - fileSize} bytes after the end of the file; the file is cut short: download or write it again`
      : `is followed by ${fileSize - at} bytes that belong to no tensor`;
  const last = entries.at(-1)?.[0];
  throw new CheckpointError(`${file}: ${previous} ${problem}.`, last === undefined ? [] : [last]);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
