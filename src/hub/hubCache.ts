import { platform } from '#platform';
import type { FileSystem } from '../platform/platform.js';
import { explainDiskError } from './diskError.js';
import type { RemoteFile } from './download.js';
import { downloadBlob } from './downloadBlob.js';
import { acquireLock, type FileLock, LostLockError } from './fileLock.js';
import type { Content } from './hubConnection.js';

/** The part of Hugging Face's cache on this machine that holds one repository. */
export interface HubCache {
  /** The directory of a commit's files. */
  snapshot(commit: string): string;
  /** The commit that a revision was when the Hub was last asked, if its files are here. */
  findCommit(revision: string): Promise<string | undefined>;
  /** Where a file is on this machine, or `undefined` when it is not there. */
  find(commit: string, path: string): Promise<string | undefined>;
  /** Whether the Hub has said that a commit has no such file. */
  isMissing(commit: string, path: string): Promise<boolean>;
  /** Notes that the Hub has said so. */
  setMissing(commit: string, path: string): Promise<void>;
  /** Stores a file and returns where it is. It is downloaded when no revision has brought the same content before. */
  store(commit: string, path: string, content: Content, file: RemoteFile): Promise<string>;
  /** Notes that `revision` is this commit now, for those who look without asking the Hub. */
  setRevision(revision: string, commit: string): Promise<void>;
}

/**
 * Opens a repository's part of the cache, in the layout that Hugging Face's libraries share
 * (https://huggingface.co/docs/hub/local-cache): `blobs/ETAG` holds contents, `snapshots/COMMIT/PATH` links to them, `refs/REVISION`
 * names commits, `.no_exist/COMMIT/PATH` what was asked for in vain. `downloadFileToCacheDir` of \@huggingface/hub is not used:
 * it files snapshots under the last commit of each single file, writes no refs, checks no sizes and no hashes, lets two
 * downloads write into one another's `.incomplete` file, does not go on with one, and prints.
 */
export function openHubCache(
  files: FileSystem,
  cacheDirectory: string,
  type: 'model' | 'dataset',
  id: string,
): HubCache {
  const name = [`${type}s`, ...id.split('/')].join('--');
  const folder = files.join(cacheDirectory, name);
  const snapshot = (commit: string): string => files.join(folder, 'snapshots', commit);
  const linkOf = (commit: string, path: string): string => files.join(snapshot(commit), path);
  const markOf = (commit: string, path: string): string => files.join(folder, '.no_exist', commit, path);
  const isFile = async (path: string): Promise<boolean> => (await files.stat(path))?.kind === 'file';
  const readReference = async (revision: string): Promise<string | undefined> => {
    const path = files.join(folder, 'refs', revision);
    return (await isFile(path)) ? new TextDecoder().decode(await files.readFile(path)).trim() : undefined;
  };
  const withDiskErrors = <T>(action: Promise<T>, file: string, bytes: number): Promise<T> =>
    action.catch((error: unknown) => {
      throw explainDiskError(error, file, folder, bytes);
    });

  async function downloadOnce(content: Content, file: RemoteFile): Promise<string> {
    const blob = files.join(folder, 'blobs', content.etag);
    const isThere = async (): Promise<boolean> => (await files.stat(blob))?.size === content.size;
    while (!(await isThere())) {
      const lock = await lockBlob(content.etag, file);
      try {
        if (!(await isThere())) await downloadBlob(files, blob, content, file, lock.check);
      } catch (error) {
        if (!(error instanceof LostLockError)) throw error; // else wait for who took it
      } finally {
        await lock.release();
      }
    }
    return blob;
  }

  function lockBlob(etag: string, file: RemoteFile): Promise<FileLock> {
    const directory = files.join(cacheDirectory, '.locks', name);
    return acquireLock(files, platform.processes!, directory, etag, ({ host, processId }) =>
      file.policy.onWarning(
        `${file.name} is being downloaded already, by process ${processId} on ${host}: waiting for it.`,
      ),
    );
  }

  return {
    snapshot,
    async findCommit(revision) {
      const commit = (await readReference(revision)) ?? revision;
      return /^[0-9a-f]{40}$/.test(commit) && (await files.stat(snapshot(commit))) ? commit : undefined;
    },
    find: async (commit, path) => ((await isFile(linkOf(commit, path))) ? linkOf(commit, path) : undefined),
    isMissing: (commit, path) => isFile(markOf(commit, path)),
    // Without the note, the Hub is asked again: a cache that cannot be written is no reason to fail.
    setMissing: (commit, path) => files.writeFile(markOf(commit, path), []).catch(() => {}),
    async store(commit, path, content, file) {
      const blob = await withDiskErrors(downloadOnce(content, file), file.name, content.size);
      await withDiskErrors(files.link(blob, linkOf(commit, path)), file.name, content.size);
      return linkOf(commit, path);
    },
    async setRevision(revision, commit) {
      if (revision === commit || (await readReference(revision)) === commit) return;
      await withDiskErrors(
        files.writeFile(files.join(folder, 'refs', revision), [commit]),
        `the revision ${revision}`,
        0,
      );
    },
  };
}
