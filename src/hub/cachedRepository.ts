import { HubError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';
import type { HubCache } from './hubCache.js';
import type { RepositoryFiles } from './repositoryTypes.js';

/** What is looked for in the cache, and why the Hub is not asked. */
export interface CachedRepositoryOptions {
  readonly id: string;
  readonly type: 'model' | 'dataset';
  readonly revision: string;
  readonly cacheDirectory: string;
  /** What the Hub said when it was asked; `undefined`: `HF_HUB_OFFLINE` forbids to ask it. */
  readonly refusal?: HubError;
}

/**
 * What the cache has of a repository, where the Hub cannot be asked. It does not know which files there are: of one that is neither
 * there nor known to be missing, nothing is said but an error.
 *
 * @throws {HubError} when the cache has nothing of the revision
 */
export async function cachedRepository(
  files: FileSystem,
  cache: HubCache,
  { id, type, revision, cacheDirectory, refusal }: CachedRepositoryOptions,
): Promise<RepositoryFiles> {
  const kind = type === 'model' ? 'model' : 'data set';
  const reason = refusal
    ? `the Hub cannot be asked: ${refusal.message}`
    : 'HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) forbids to ask the Hub: unset it, or download it first where there is a network.';
  const notCached = (what: string): HubError =>
    new HubError(`The cache ${cacheDirectory} has no ${what}, and ${reason}`, refusal?.status, {
      reason: refusal?.reason ?? 'offline',
      ...(refusal && { cause: refusal }),
    });

  const commit = await cache.findCommit(revision);
  if (commit === undefined) throw notCached(`${kind} "${id}" at revision "${revision}"`);
  return {
    name: type === 'dataset' ? `datasets/${id}` : id,
    async list() {
      throw notCached(
        `list of the files of "${id}" (if those in ${cache.snapshot(commit)} are all that you need, pass this directory in place of the id)`,
      );
    },
    async has(path) {
      if ((await cache.find(commit, path)) !== undefined) return true;
      if (await cache.isMissing(commit, path)) return false;
      throw notCached(`file ${path} of the ${kind} "${id}" at revision "${revision}"`);
    },
    async open(path) {
      const cached = await cache.find(commit, path);
      if (cached !== undefined) return files.open(cached);
      throw notCached(`file ${path} of the ${kind} "${id}" at revision "${revision}"`);
    },
  };
}
