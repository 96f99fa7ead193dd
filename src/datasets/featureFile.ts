import { type Dtype, openSafetensors } from '../hub/index.js';
import { narrowFloat16 } from '../hub/narrowFloat16.js';
import { widenFloat16 } from '../hub/widenFloat16.js';
import { encodeHeader } from '../hub/writeSafetensors.js';
import type { ByteSource, FileSystem } from '../platform/platform.js';
import { checksum } from './checksum.js';

/** How a value is stored. */
export type FeatureDtype = 'float16' | 'float32';

/** What a file of features holds. */
export interface FeatureFileLayout {
  readonly clips: number;
  readonly frames: number;
  readonly bins: number;
  readonly dtype: FeatureDtype;
  /** Identifies the sounds that the features are of. */
  readonly sounds: string;
}

const DTYPES = { float16: ['F16', 2], float32: ['F32', 4] } as const satisfies Record<FeatureDtype, [Dtype, number]>;

/** Bytes of one clip's features. */
const rowBytes = ({ frames, bins, dtype }: FeatureFileLayout): number => frames * bins * DTYPES[dtype][1];

/**
 * A safetensors file of two tensors: `features` [clips, frames, bins], and `checksums` [clips] of int32, so that damage is
 * found when a clip is read. One clip at a time is in memory.
 *
 * @param rows features of every clip in order, [frames, bins]
 * @throws {RangeError} when a value does not fit float16
 */
export async function* encodeFeatureFile(
  layout: FeatureFileLayout,
  rows: AsyncIterable<Float32Array>,
): AsyncGenerator<Uint8Array> {
  const { clips, frames, bins, dtype, sounds } = layout;
  const end = clips * rowBytes(layout);
  yield* encodeHeader(
    new Map<string, unknown>([
      ['__metadata__', { format: 'pt', sounds }],
      ['features', { dtype: DTYPES[dtype][0], shape: [clips, frames, bins], data_offsets: [0, end] }],
      ['checksums', { dtype: 'I32', shape: [clips], data_offsets: [end, end + 4 * clips] }],
    ]),
  );
  const checksums: number[] = [];
  for await (const row of rows) {
    const stored = dtype === 'float32' ? row : narrow(row);
    checksums.push(checksum(stored));
    yield new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  }
  yield new Uint8Array(Int32Array.from(checksums).buffer);
}

function narrow(row: Float32Array): Uint16Array {
  const tooLarge = row.find((value) => Math.abs(value) >= 65520);
  if (tooLarge === undefined) return narrowFloat16(row);
  throw new RangeError(`The feature ${tooLarge} does not fit float16, which ends at 65504; cache as float32.`);
}

/** Features in a file. The file is open only while something is read, so nobody has to close it. */
export interface FeatureFile {
  /** Features of a clip, [frames, bins]; `undefined` when they are damaged. */
  readRow(clip: number): Promise<Float32Array | undefined>;
}

/**
 * Opens a file that {@link encodeFeatureFile} made, or says why it is not the one that is expected.
 *
 * @throws {CheckpointError} when it breaks the format or is cut short
 */
export async function openFeatureFile(
  files: FileSystem,
  path: string,
  layout: FeatureFileLayout,
): Promise<FeatureFile | string> {
  const { clips, frames, bins, dtype } = layout;
  const read = async <T>(use: (source: ByteSource) => Promise<T>): Promise<T> => {
    const source = await files.open(path);
    return use(source).finally(() => source.close());
  };
  const { tensors, metadata, close } = await openSafetensors(await files.open(path));
  await close();
  if (metadata['sounds'] !== layout.sounds) return 'the sounds have changed since';
  const features = tensors.get('features');
  const sums = tensors.get('checksums');
  const fits =
    features?.dtype === DTYPES[dtype][0] &&
    `${features.shape}` === `${[clips, frames, bins]}` &&
    sums?.dtype === 'I32' &&
    `${sums.shape}` === `${clips}`;
  if (!fits) return 'it holds other tensors than expected';

  const checksums = await read(async (source) => new Int32Array((await source.read(sums.start, sums.end)).buffer));
  return {
    readRow: (clip) =>
      read(async (source) => {
        const start = features.start + clip * rowBytes(layout);
        const { buffer } = await source.read(start, start + rowBytes(layout));
        const stored = dtype === 'float32' ? new Float32Array(buffer) : new Uint16Array(buffer);
        if (checksum(stored) !== checksums[clip]) return undefined;
        return stored instanceof Float32Array ? stored : widenFloat16(stored);
      }),
  };
}
