import { platform } from '#platform';
import { CheckpointError } from '../errors.js';

/** What is written of a tensor: its shape and its values in row-major order. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Hugging Face's loaders refuse a file that does not say for which framework it was written. */
const DEFAULT_METADATA: Readonly<Record<string, string>> = { format: 'pt' };

/**
 * Turns tensors into a file in the safetensors format (https://github.com/huggingface/safetensors), all as F32, in the
 * given order. The chunks are views of `data`, not copies: write them before the values change.
 *
 * @param tensors names with their tensors; every shape's product equals its `data.length`.
 * @param metadata the file's `__metadata__`; default `{ format: 'pt' }`, which Hugging Face's loaders ask for.
 * @throws {CheckpointError} for a name given twice, the reserved name `__metadata__`, or a shape that does not fit its data.
 *
 * @example
 * ```ts
 * const chunks = encodeSafetensors([['bias', { shape: [2], data: new Float32Array([1, 2]) }]]);
 * const file = new Blob([...chunks]); // in a page: offer it for download
 * ```
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: TensorToWrite]>,
  metadata: Readonly<Record<string, string>> = DEFAULT_METADATA,
): Iterable<Uint8Array<ArrayBuffer>> {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    checkTensor(name, shape, data, header);
    const end = at + data.byteLength;
    header.set(name, { dtype: 'F32', shape, data_offsets: [at, end] });
    chunks.push(new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength));
    at = end;
  }
  return [...encodeHeader(header), ...chunks];
}

/**
 * Writes tensors to `path` as a safetensors file: to a temporary name first, so that `path` holds the old file or the
 * whole new one. Needs a file system; in a page use {@link encodeSafetensors}.
 *
 * @param path the file; missing parent directories are made.
 * @param tensors names with their tensors, written in this order as F32.
 * @param metadata the file's `__metadata__`; default `{ format: 'pt' }`.
 * @throws {CheckpointError} as {@link encodeSafetensors}, and where there is no file system.
 *
 * @example
 * ```ts
 * await writeSafetensors('runs/birds/model.safetensors', [['bias', { shape: [2], data: new Float32Array([1, 2]) }]]);
 * ```
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [name: string, tensor: TensorToWrite]>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  if (!platform.files)
    throw new CheckpointError(`A page cannot write ${path}: make a Blob of encodeSafetensors(tensors) instead.`);
  await platform.files.writeFile(path, encodeSafetensors(tensors, metadata));
}

function checkTensor(
  name: string,
  shape: readonly number[],
  data: Float32Array,
  written: ReadonlyMap<string, unknown>,
): void {
  if (name === '__metadata__') throw new CheckpointError('A tensor cannot be called "__metadata__".', [name]);
  if (written.has(name)) throw new CheckpointError(`Tensor "${name}" is given twice.`, [name]);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length || shape.some((length) => !Number.isSafeInteger(length) || length < 0))
    throw new CheckpointError(`Tensor "${name}": shape [${shape}] does not fit ${data.length} values.`, [name]);
}

/** The header's length in 8 bytes, then the header, padded so that the first tensor is aligned to 8 bytes. */
export function encodeHeader(header: ReadonlyMap<string, unknown>): Uint8Array<ArrayBuffer>[] {
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded];
}
