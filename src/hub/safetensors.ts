import { CheckpointError } from '../errors.js';
import type { ByteSource } from '../platform/platform.js';
import { parseHeader, quoted, type TensorInfo } from './safetensorsHeader.js';
import { widenBfloat16, widenFloat16 } from './widenFloat16.js';

/** A tensor outside of any backend: its shape and its values in row-major order. */
export interface HostTensor {
  /** `[]` is a scalar. */
  readonly shape: number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** An open safetensors file: its table of contents in memory, its tensors read when asked for. */
export interface SafetensorsFile {
  /** Path or URL of the file. */
  readonly name: string;
  /** The file's `__metadata__`; Hugging Face writes `{ format: 'pt' }`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Every tensor's dtype, shape and place, in file order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * Reads one tensor with one read of the file, or several for a large one of 16 bits; F16 and BF16 are widened to float32, exactly.
   * @throws {CheckpointError} when the file has no such tensor, or its dtype is not F32, F16 or BF16.
   */
  read(name: string): Promise<HostTensor>;
  /** Reads all tensors one after the other in file order, which is the fastest order on disks and networks. */
  readAll(): AsyncGenerator<[name: string, tensor: HostTensor]>;
  /** Closes the file under it. */
  close(): Promise<void>;
}

/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Opens a file in the safetensors format (https://github.com/huggingface/safetensors) and checks its header against all
 * rules of the format; reads no tensor yet. Takes `source` over: closes it when the file is refused, and with `close()`.
 *
 * @throws {CheckpointError} when the file breaks the format; names the tensor at fault.
 *
 * @example
 * ```ts
 * const repository = await openRepository('MIT/ast-finetuned-audioset-10-10-0.4593');
 * const file = await openSafetensors(await repository.open('model.safetensors'));
 * const { shape, data } = await file.read('classifier.dense.weight'); // [527, 768]
 * await file.close();
 * ```
 */
export async function openSafetensors(source: ByteSource): Promise<SafetensorsFile> {
  try {
    const headerBytes = await readHeader(source);
    const { metadata, tensors } = parseHeader(headerBytes, 8 + headerBytes.length, source.size, source.name);
    const read = async (name: string): Promise<HostTensor> => {
      const info = tensors.get(name);
      if (!info)
        throw new CheckpointError(`${source.name}: there is no tensor ${quoted(name)} among its ${tensors.size}.`, [
          name,
        ]);
      return readTensor(source, name, info);
    };
    return {
      name: source.name,
      metadata,
      tensors,
      read,
      async *readAll() {
        for (const name of tensors.keys()) yield [name, await read(name)];
      },
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function readHeader(source: ByteSource): Promise<Uint8Array> {
  if (source.size < 8)
    throw new CheckpointError(
      `${source.name}: a safetensors file begins with 8 bytes that hold its header's length; the file has ${source.size}.`,
    );
  const prefix = await source.read(0, 8);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || 8 + Number(length) > source.size)
    throw new CheckpointError(
      `${source.name}: a header of ${length} bytes is claimed, in a file of ${source.size} bytes (the format allows ` +
        `${MAX_HEADER_BYTES}); the file is not in the safetensors format or is cut short.`,
    );
  return source.read(8, 8 + Number(length));
}

async function readTensor(
  source: ByteSource,
  name: string,
  { dtype, shape: listed, start, end }: TensorInfo,
): Promise<HostTensor> {
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16')
    throw new CheckpointError(
      `${source.name}: tensor ${quoted(name)} has dtype ${dtype}; expected F32, F16 or BF16. Convert the checkpoint first.`,
      [name],
    );
  const shape = [...listed];
  try {
    if (dtype !== 'F32') return { shape, data: await readHalves(source, dtype, start, end) };
    const { buffer, byteOffset } = await source.read(start, end); // a new buffer, so it is aligned and may be kept
    return { shape, data: new Float32Array(buffer, byteOffset, (end - start) / 4) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause; // what an engine throws for an array that it cannot make
    const problem = `tensor ${quoted(name)}, ${dtype} of shape [${shape}], does not fit in memory`;
    throw new CheckpointError(`${source.name}: ${problem}.`, [name], { cause });
  }
}

/** Of a 16-bit tensor, what is read at a time: the file's bytes and the widened ones do not stand side by side as a whole. */
const PIECE_BYTES = 16 * 2 ** 20;

async function readHalves(
  source: ByteSource,
  dtype: 'F16' | 'BF16',
  start: number,
  end: number,
): Promise<Float32Array<ArrayBuffer>> {
  const widen = dtype === 'F16' ? widenFloat16 : widenBfloat16;
  const readPiece = async (from: number, to: number) => {
    const { buffer, byteOffset } = await source.read(from, to);
    return widen(new Uint16Array(buffer, byteOffset, (to - from) / 2));
  };
  if (end - start <= PIECE_BYTES) return readPiece(start, end);
  const data = new Float32Array((end - start) / 2);
  for (let at = start; at < end; at += PIECE_BYTES)
    data.set(await readPiece(at, Math.min(end, at + PIECE_BYTES)), (at - start) / 2);
  return data;
}
