import type { ByteSource } from '../hub/index.js';

/**
 * Bytes [start, end) of a file in pieces.
 * @param before goes before the first piece
 * @param pieceBytes small enough that what a piece expands to fits in memory: 64 kB of FLAC can hold 20 million samples of silence
 */
export async function* readPieces(
  source: ByteSource,
  start: number,
  end: number,
  { before, pieceBytes = 2 ** 16 }: { before?: Uint8Array; pieceBytes?: number } = {},
): AsyncGenerator<Uint8Array> {
  if (before) yield before;
  for (let at = start; at < end; at += pieceBytes) yield await source.read(at, Math.min(at + pieceBytes, end));
}
