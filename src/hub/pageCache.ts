import { platform } from '#platform';
import { HubError } from '../errors.js';
import type { ByteSource, PieceStorage } from '../platform/platform.js';
import { PAGE_CACHE } from './cachedFiles.js';
import { checkRange } from './checkRange.js';
import { download, type RemoteFile } from './download.js';
import { hashOfPieces } from './hashOfPieces.js';

/** Small enough that one is read for a tensor, large enough that a checkpoint is a hundred of them. */
const PIECE_BYTES = 4 * 2 ** 20;

/** A file that is to be kept. */
export interface KeptContent {
  /** Names this content, and no other. */
  readonly id: string;
  readonly size: number;
  /** The hash by which the Hub knows it: SHA-256, or git's; `undefined` where nobody gives one. */
  readonly etag: string | undefined;
}

/** What is written when a file is whole, or begun. */
interface Note {
  readonly name: string;
  readonly size: number;
  readonly isWhole: boolean;
}

/**
 * A file from the cache of a page, where it is brought to first: piece by piece, so that a download that broke off goes on where it
 * was, and a large file is never in memory. It counts when it is whole and has its hash.
 *
 * @returns `undefined` where the browser keeps nothing or has no room, which `onWarning` of the file's policy is told
 * @throws {HubError} when the server does not give it, or something else than the Hub promised
 */
export async function openKept(cache: string, content: KeptContent, file: RemoteFile): Promise<ByteSource | undefined> {
  const { storage } = platform;
  const giveUp = (reason: string): undefined => {
    file.policy.onWarning(`${file.name} is not kept in the browser, and will be fetched again next time: ${reason}.`);
  };
  if (!storage) return giveUp('a page keeps files only when it is secure, by https or from localhost');
  return storage.alone(`${cache}/${content.id}`, async () => {
    const pieces = piecesOf(storage, cache, content);
    let have: Set<string>;
    try {
      have = new Set(await storage.list(cache));
    } catch (error) {
      return giveUp(`the browser forbids it, as some do in private windows (${error})`);
    }
    const isThere = pieces.names.every((name) => have.has(name));
    if (isThere && (await pieces.readNote())?.isWhole) return pieces.open(file.name);

    const first = pieces.names.findIndex((name) => !have.has(name));
    const at = first < 0 ? content.size : first * PIECE_BYTES;
    const free = await storage.freeBytes();
    if (free !== undefined && free < content.size - at)
      return giveUp(`it takes ${content.size - at} bytes, and the browser has room for ${free} more`);
    const problem = await bring(pieces, content, file, at);
    if (problem !== undefined) {
      await pieces.remove();
      return giveUp(problem);
    }
    return pieces.open(file.name);
  });
}

/** The same for a file without a hash, on a server that says by `state` when it is another: its ETag, or when it was changed. */
export async function keepByState(
  cache = PAGE_CACHE,
  state: string | undefined,
  file: RemoteFile,
): Promise<ByteSource | undefined> {
  if (state === undefined) {
    file.policy.onWarning(
      `${file.name} is not kept in the browser, and will be fetched again next time: its server tells neither ETag nor ` +
        'Last-Modified, by which one knows whether it is still the same.',
    );
    return undefined;
  }
  const id = `urls/${file.url} ${state} ${file.size}`;
  return openKept(cache, { id, size: file.size, etag: undefined }, file);
}

type Pieces = ReturnType<typeof piecesOf>;

function piecesOf(storage: PieceStorage, cache: string, { id, size }: KeptContent) {
  const count = Math.max(1, Math.ceil(size / PIECE_BYTES));
  const nameOf = (piece: number): string => `${id}/${piece}`;
  const read = async (piece: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await storage.read(cache, nameOf(piece));
    if (bytes?.length === Math.min(PIECE_BYTES, size - piece * PIECE_BYTES)) return bytes;
    throw new HubError(`The browser has lost a part of a file that it kept (${id}); load it again.`, undefined, {
      reason: 'disk',
    });
  };
  return {
    count,
    names: Array.from({ length: count }, (_, piece) => nameOf(piece)),
    read,
    write: (piece: number, bytes: Uint8Array<ArrayBuffer>) => storage.write(cache, nameOf(piece), bytes),
    async readNote(): Promise<Note | undefined> {
      const bytes = await storage.read(cache, `${id}/note`);
      return bytes && JSON.parse(new TextDecoder().decode(bytes));
    },
    writeNote: (note: Note) =>
      storage.write(cache, `${id}/note`, new TextEncoder().encode(JSON.stringify(note)) as Uint8Array<ArrayBuffer>),
    async remove(): Promise<void> {
      for (const name of ['note', ...Array(count).keys()]) await storage.remove(cache, `${id}/${name}`);
    },
    /** Reads as ranges, and keeps the piece that was read last: tensors follow one another. */
    open(name: string): ByteSource {
      let last: { piece: number; bytes: Promise<Uint8Array<ArrayBuffer>> } | undefined;
      const pieceAt = (piece: number): Promise<Uint8Array<ArrayBuffer>> => {
        if (last?.piece !== piece) last = { piece, bytes: read(piece) };
        return last.bytes;
      };
      return {
        name,
        size,
        version: id,
        async read(start, end) {
          checkRange(name, size, start, end);
          const bytes = new Uint8Array(end - start);
          for (let at = start; at < end; ) {
            const piece = Math.floor(at / PIECE_BYTES);
            const from = at - piece * PIECE_BYTES;
            const part = (await pieceAt(piece)).subarray(from, from + end - at);
            bytes.set(part, at - start);
            at += part.length;
          }
          return bytes;
        },
        async close() {
          last = undefined;
        },
      };
    },
  };
}

/** A browser that does not write, which is no fault of the server's. */
class NoRoom extends Error {}

/** Brings all from byte `at` on, and checks the whole. @returns why it cannot be kept, where that is so */
async function bring(
  pieces: Pieces,
  { size, etag }: KeptContent,
  file: RemoteFile,
  at: number,
): Promise<string | undefined> {
  const keep = (writing: Promise<void>): Promise<void> =>
    writing.catch((error: unknown) => {
      throw new NoRoom(String(error));
    });
  try {
    await keep(pieces.writeNote({ name: file.name, size, isWhole: false }));
    if (size === 0) await keep(pieces.write(0, new Uint8Array()));
    const lengthOf = (piece: number): number => Math.min(PIECE_BYTES, size - piece * PIECE_BYTES);
    let piece = Math.floor(at / PIECE_BYTES);
    let buffer = new Uint8Array(at < size ? lengthOf(piece) : 0);
    await download(file, { from: at, at, end: size }, async (bytes, position) => {
      if (position === at) piece = Math.floor(at / PIECE_BYTES); // the first, or all over again
      for (let taken = 0; taken < bytes.length; ) {
        const filled = position + taken - piece * PIECE_BYTES;
        if (filled === 0) buffer = new Uint8Array(lengthOf(piece));
        const part = bytes.subarray(taken, taken + buffer.length - filled);
        buffer.set(part, filled);
        taken += part.length;
        if (filled + part.length === buffer.length) await keep(pieces.write(piece++, buffer));
      }
    });
    const found = etag && (await hashOfPieces(pieces, size, etag.length === 64 ? 'sha256' : 'git'));
    if (found !== etag) {
      await pieces.remove();
      throw new HubError(
        `${file.name} arrived whole, but is not what the Hub has: its hash is ${found}, expected ${etag}. Something on the way ` +
          'changes it, such as a proxy, or the server is at fault; nothing was kept.',
        undefined,
        { reason: 'content' },
      );
    }
    await keep(pieces.writeNote({ name: file.name, size, isWhole: true }));
    return undefined;
  } catch (error) {
    if (error instanceof NoRoom) return `the browser does not write it (${error.message})`;
    throw error;
  }
}
