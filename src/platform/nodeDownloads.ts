/** What downloads need of the file system: files that grow, locks, hashes, and the room on the disk. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, statfs, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileSystem, RunningHash } from './platform.js';

export const openForWriting: FileSystem['openForWriting'] = async (path) => {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT);
  return {
    size: (await handle.stat()).size,
    async write(bytes, position) {
      for (let at = 0; at < bytes.length; )
        at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    },
    truncate: (size) => handle.truncate(size),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
};

export const createFile: FileSystem['createFile'] = async (path) => {
  await mkdir(dirname(path), { recursive: true });
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (isError(error, 'EEXIST')) return false;
    throw error;
  }
};

export const touch: FileSystem['touch'] = async (path) => {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (isError(error, 'ENOENT')) return false;
    throw error;
  }
};

export const freeBytes: FileSystem['freeBytes'] = async (directory) => {
  const found = await statfs(directory).catch(() => undefined);
  return found && found.bavail * found.bsize;
};

export function createRunningHash(algorithm: 'sha1' | 'sha256'): RunningHash {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}

const isError = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
