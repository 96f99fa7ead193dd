import { platform } from '#platform';
import { HubError } from '../errors.js';
import type { PieceStorage } from '../platform/platform.js';

/** The name of the cache where a page keeps files, unless `cacheDir` gives another. */
export const PAGE_CACHE = 'ast-ts';

/** A file that a page keeps. */
export interface CachedFile {
  /** The repository and the path in it, or the address. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Whether it is whole; else its download goes on when it is loaded again. */
  readonly isWhole: boolean;
}

/**
 * The files that this page keeps in the browser's Cache Storage, by name.
 *
 * @param cacheDir name of the cache, where `fromPretrained` was given one
 * @throws {HubError} where there is no such storage: in Node (its cache is that of Hugging Face's libraries), and on a page that is
 * not secure
 *
 * @example
 * ```ts
 * for (const { name, size } of await listCachedFiles()) console.log(name, size);
 * ```
 */
export async function listCachedFiles({ cacheDir = PAGE_CACHE }: { cacheDir?: string } = {}): Promise<CachedFile[]> {
  const storage = requireStorage();
  const files: CachedFile[] = [];
  for (const name of await storage.list(cacheDir)) {
    const bytes = /\/note$/.test(name) ? await storage.read(cacheDir, name) : undefined;
    if (bytes) files.push(JSON.parse(new TextDecoder().decode(bytes)));
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Removes from the browser's storage what this page keeps; models that are loaded stay usable.
 *
 * @param cacheDir name of the cache, where `fromPretrained` was given one
 * @throws {HubError} as {@link listCachedFiles}
 *
 * @example
 * ```ts
 * await clearCachedFiles();
 * ```
 */
export async function clearCachedFiles({ cacheDir = PAGE_CACHE }: { cacheDir?: string } = {}): Promise<void> {
  const storage = requireStorage();
  for (const name of await storage.list(cacheDir)) await storage.remove(cacheDir, name);
}

function requireStorage(): PieceStorage {
  if (platform.storage) return platform.storage;
  throw new HubError(
    platform.files
      ? "In Node, files are kept in the cache of Hugging Face's libraries: see docs/hub.md for where that is."
      : 'This page keeps no files: a browser keeps them for pages that are secure, by https or from localhost.',
    undefined,
    { reason: 'disk' },
  );
}
