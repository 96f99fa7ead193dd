/** The chunks of WAV and AIFF files: four letters, a size, and as many bytes, with one more behind an odd number. */
import type { ByteSource } from '../hub/index.js';

/** A chunk, which may promise more bytes than the file has. */
export interface Chunk {
  readonly id: string;
  /** First byte of its content. */
  readonly start: number;
  /** Bytes of content that it promises. */
  readonly size: number;
}

/** Files have a few; reading the headers of a million would take minutes. */
const MOST_CHUNKS = 10_000;

/**
 * The chunks of a file from its 12th byte on, found by reading their headers alone.
 * @param sizeOf what a chunk's size is, where its header does not say it
 */
export async function* chunksOf(
  source: ByteSource,
  { isLittleEndian, sizeOf }: { isLittleEndian: boolean; sizeOf?: (chunk: Chunk) => number },
): AsyncGenerator<Chunk> {
  let at = 12;
  for (let count = 0; at + 8 <= source.size && count < MOST_CHUNKS; count++) {
    const header = await source.read(at, at + 8);
    const id = String.fromCharCode(...header.subarray(0, 4));
    const found = { id, start: at + 8, size: new DataView(header.buffer).getUint32(4, isLittleEndian) };
    const chunk = { ...found, size: sizeOf?.(found) ?? found.size };
    yield chunk;
    at = chunk.start + chunk.size + (chunk.size % 2);
  }
}

/** Content of a chunk, at most `most` bytes of it, and no more than the file has. */
export async function readChunk(source: ByteSource, { start, size }: Chunk, most = 4096): Promise<DataView> {
  const bytes = await source.read(start, Math.min(start + Math.min(size, most), source.size));
  return new DataView(bytes.buffer);
}

/** Says of a chunk that it is not all there. */
export const describeCut = (source: ByteSource, { id, start, size }: Chunk): string =>
  `its '${id}' chunk at byte ${start - 8} has ${source.size - start} of the ${size} bytes it promises: the file is cut short`;
