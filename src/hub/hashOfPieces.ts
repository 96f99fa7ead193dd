import { platform } from '#platform';

/** So much is hashed before the page may draw again: 10 ms. */
const SLICE_BYTES = 2 ** 20;

/**
 * Hash of a file that is kept in pieces, in hexadecimal, one piece in memory at a time, which the browser's own `crypto.subtle`
 * cannot do.
 *
 * @param kind SHA-256, or git's hash: SHA-1 of a header and the content
 */
export async function hashOfPieces(
  { count, read }: { readonly count: number; read(piece: number): Promise<Uint8Array> },
  size: number,
  kind: 'sha256' | 'git',
): Promise<string> {
  const [{ sha256 }, { sha1 }] = await Promise.all([
    import('@noble/hashes/sha2.js'),
    import('@noble/hashes/legacy.js'),
  ]);
  const hash = kind === 'sha256' ? sha256.create() : sha1.create();
  if (kind === 'git') hash.update(new TextEncoder().encode(`blob ${size}\0`));
  for (let piece = 0; piece < count; piece++) {
    const bytes = await read(piece);
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      hash.update(bytes.subarray(at, at + SLICE_BYTES));
      await platform.nextTurn();
    }
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
