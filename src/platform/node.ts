import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, copyFile, mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFile, createRunningHash, freeBytes, openForWriting, touch } from './nodeDownloads.js';
import { processes } from './nodeProcesses.js';
import { signals } from './nodeSignals.js';
import { threads } from './nodeThreads.js';
import type { ByteSource, FileSystem, Platform, ProgressBar } from './platform.js';

let temporaryNames = 0;

/** Bytes of one call of the system: from 2^31 on, Node ends the process instead of reading. */
const MOST_BYTES = 2 ** 30;

async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size, mtimeMs } = await handle.stat();
  return {
    name: path,
    size,
    version: `${size}-${mtimeMs}`,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, MOST_BYTES), start + at);
        if (bytesRead === 0) throw new Error(`${path} ends at byte ${start + at}; expected ${end} bytes or more.`);
        at += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Lets `make` fill a temporary name beside `path`, then renames it to `path`; nothing is left behind when that fails. */
async function replaceFile(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}-${temporaryNames++}.tmp`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const writeFile: FileSystem['writeFile'] = (path, chunks) =>
  replaceFile(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    try {
      for await (const chunk of chunks) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        for (let at = 0; at < bytes.length; )
          at += (await handle.write(bytes, at, Math.min(bytes.length - at, MOST_BYTES))).bytesWritten;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  });

const link: FileSystem['link'] = (target, path) =>
  replaceFile(path, (temporary) =>
    // Windows lets only privileged users make links.
    symlink(relative(dirname(path), target), temporary).catch(() => copyFile(target, temporary)),
  );

/** Puts names on the disk; the bytes of files are there when `writeFile` is done. Windows has no such call. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

const renameDirectory: FileSystem['renameDirectory'] = async (from, to) => {
  for (const name of ['.', ...(await readdir(from, { recursive: true }))])
    if ((await stat(join(from, name))).isDirectory()) await syncDirectory(join(from, name));
  await rename(from, to);
  await syncDirectory(dirname(to));
};

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

const files: FileSystem = {
  open: openFile,
  async readFile(path) {
    const source = await openFile(path);
    try {
      return await source.read(0, source.size);
    } finally {
      await source.close();
    }
  },
  writeFile,
  openForWriting,
  createFile,
  touch,
  rename,
  appendFile,
  link,
  renameDirectory,
  remove: (path) => rm(path, { recursive: true, force: true }),
  sha256,
  createHash: createRunningHash,
  freeBytes,
  async stat(path) {
    try {
      const found = await stat(path);
      return { kind: found.isDirectory() ? 'directory' : 'file', size: found.size, modified: found.mtime };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
        return undefined;
      throw error;
    }
  },
  list: async (directory) => (await readdir(directory)).sort(),
  join,
  url: pathToFileURL,
  resolvePackageFile: (name) => createRequire(import.meta.url).resolve(name),
  homeDirectory: homedir,
  cacheDirectory: () =>
    process.env['AST_TS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ast-ts'),
};

async function openProgressBar(): Promise<ProgressBar | undefined> {
  if (!process.stderr.isTTY) return undefined;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {value}/{total} {text}',
      barsize: 12,
      clearOnComplete: true,
      // Settings of the terminal stay as they are, so that a run may end in any way: Ctrl-C needs no handler.
      hideCursor: false,
      linewrap: true,
    },
    cliProgress.Presets.shades_classic,
  );
  return {
    update(done, total, text) {
      if (!bar.isActive) bar.start(total, done, { text });
      bar.setTotal(total);
      bar.update(done, { text });
    },
    stop: () => bar.stop(),
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const platform: Platform = {
  name: 'node',
  version: process.versions.node,
  get hasColors() {
    return process.stdout.isTTY === true && process.stdout.hasColors();
  },
  environment: process.env,
  files,
  storage: undefined,
  threads,
  signals,
  processes,
  nextTurn,
  openProgressBar,
  decodeSound: undefined,
};
