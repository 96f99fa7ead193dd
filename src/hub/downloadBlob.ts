import { HubError } from '../errors.js';
import type { FileSystem, RunningHash } from '../platform/platform.js';
import { diskError } from './diskError.js';
import { download, type RemoteFile } from './download.js';
import type { Content } from './hubConnection.js';

/** How often a file is downloaded that arrives whole and is another than the Hub promised. */
const MOST_DOWNLOADS = 2;
/** A partial file of the Python library's that did not grow for so long is none that it is writing. */
const QUIET_SECONDS = 15;
const PIECE_BYTES = 2 ** 20;

/**
 * Downloads a file to `blob`, which is there when it is whole and has the hash by which the Hub knows it, and not before. What comes
 * goes to `blob.ast-ts.incomplete`, and stays there when the download fails: the next one goes on from it. Not to
 * `blob.incomplete`, to which older versions of the Python library append, whoever else writes; newer ones leave none.
 *
 * @param check called before each write; throws when another process may write too
 */
export async function downloadBlob(
  files: FileSystem,
  blob: string,
  content: Content,
  file: RemoteFile,
  check: () => Promise<void>,
): Promise<void> {
  const partial = `${blob}.ast-ts.incomplete`;
  await adoptPartialOfPython(files, `${blob}.incomplete`, partial, content.size);
  for (let downloads = 1; ; downloads++) {
    const found = await fillPartial(files, partial, content, file, check);
    if (found === content.etag) break;
    await files.remove(partial);
    const problem =
      `${file.name} arrived whole, but is not what the Hub has: its ${algorithmOf(content)} is ${found}, expected ` +
      `${content.etag}. Something on the way changes it, such as a proxy, or the server is at fault; nothing was kept.`;
    if (downloads === MOST_DOWNLOADS) throw new HubError(problem, undefined, { reason: 'content' });
    file.policy.onWarning(`${problem} It is downloaded once more.`);
  }
  await check();
  await files.rename(partial, blob);
}

async function adoptPartialOfPython(files: FileSystem, theirs: string, ours: string, size: number): Promise<void> {
  const found = await files.stat(theirs);
  if (!found || found.size > size || Date.now() - found.modified.getTime() < 1000 * QUIET_SECONDS) return;
  if (found.size > ((await files.stat(ours))?.size ?? 0)) await files.rename(theirs, ours);
}

/** Brings what is missing of a file; @returns the hash of all of it */
async function fillPartial(
  files: FileSystem,
  partial: string,
  content: Content,
  file: RemoteFile,
  check: () => Promise<void>,
): Promise<string> {
  const { size } = content;
  const writer = await files.openForWriting(partial);
  const found = writer.size > size ? 0 : writer.size;
  try {
    let hash = await hashOf(files, partial, content, found);
    const free = await files.freeBytes(files.join(partial, '..'));
    if (free !== undefined && free < size - found) throw diskError(file.name, partial, size - found, free);

    await download(file, { from: 0, at: found, end: size }, async (piece, position) => {
      await check();
      if (position === 0) {
        hash = startHash(files, content);
        await writer.truncate(0);
      }
      await writer.write(piece, position);
      hash.update(piece);
    });
    await writer.truncate(size); // no longer than that, when it was too long before
    await writer.sync();
    return hash.digest();
  } finally {
    await writer.close();
    if (size > 0 && (await files.stat(partial))?.size === 0) await files.remove(partial);
  }
}

const algorithmOf = ({ etag }: Content): string => (etag.length === 64 ? 'SHA-256' : 'hash as git computes it');

/** Large files are known by the SHA-256 of their bytes, others by git's hash of them. */
function startHash(files: FileSystem, { etag, size }: Content): RunningHash {
  if (etag.length === 64) return files.createHash('sha256');
  const hash = files.createHash('sha1');
  hash.update(`blob ${size}\0`);
  return hash;
}

/** The hash of the first `end` bytes of a file, to be continued. */
async function hashOf(files: FileSystem, path: string, content: Content, end: number): Promise<RunningHash> {
  const hash = startHash(files, content);
  if (end === 0) return hash;
  const source = await files.open(path);
  try {
    for (let at = 0; at < end; at += PIECE_BYTES) hash.update(await source.read(at, Math.min(end, at + PIECE_BYTES)));
  } finally {
    await source.close();
  }
  return hash;
}
