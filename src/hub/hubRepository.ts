import { platform } from '#platform';
import { HubError } from '../errors.js';
import { cachedRepository } from './cachedRepository.js';
import { nameSome } from './contentError.js';
import { type RemoteFile, remoteSource } from './download.js';
import { defaultCacheDirectory, isOffline } from './environment.js';
import { openHubCache } from './hubCache.js';
import { type Content, checkRevision, connectToHub } from './hubConnection.js';
import { cacheRanges } from './rangedSources.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';

/**
 * A repository on the Hugging Face Hub, pinned to the commit that its revision names when it is opened. One request
 * finds the commit; the listing, which tells sizes and hashes, is asked for when a file is not in the cache. Where the Hub may not
 * be asked (`HF_HUB_OFFLINE`) or does not answer, it is what the cache has of the revision.
 */
export async function openHubRepository(id: string, options: RepositoryOptions): Promise<RepositoryFiles> {
  const { type = 'model', revision = 'main', onWarning = console.warn } = options;
  checkRevision(revision);
  const { files } = platform;
  if (!files) {
    const { openPageRepository } = await import('./pageRepository.js');
    return openPageRepository(id, options);
  }
  const cacheDirectory = options.cacheDir ?? defaultCacheDirectory(files);
  const cache = openHubCache(files, cacheDirectory, type, id);
  if (isOffline()) return cachedRepository(files, cache, { id, type, revision, cacheDirectory });

  const hub = await connectToHub(id, options);
  let commit: string;
  try {
    commit = await hub.findCommit();
  } catch (error) {
    const isAway = error instanceof HubError && (error.reason === 'network' || error.reason === 'busy');
    if (!isAway || !(await cache.findCommit(revision))) throw error;
    onWarning(
      `${error.message} So ${hub.name} is read from the cache, ${cacheDirectory}, as ${revision} was when the Hub was last asked.`,
    );
    return cachedRepository(files, cache, { id, type, revision, cacheDirectory, refusal: error });
  }

  let listing: Promise<ReadonlyMap<string, Content>> | undefined;
  const getListing = (): Promise<ReadonlyMap<string, Content>> => {
    listing ??= hub.fetchListing(commit).catch((error: unknown) => {
      listing = undefined; // the next call asks again
      throw error;
    });
    return listing;
  };

  async function findContent(path: string): Promise<Content> {
    const known = await getListing();
    const content = known.get(path);
    if (content) return content;
    await cache.setMissing(commit, path);
    const names = nameSome([...known.keys()].sort());
    throw new HubError(`${hub.name} has no file ${path} at revision ${revision}; it has ${names}.`, 404, {
      reason: 'file',
    });
  }

  function fileOf(path: string, size: number, progressOf: (length: number, end: number) => number): RemoteFile {
    const onBytes = (length: number, end: number): void =>
      options.onProgress?.({ file: path, loaded: progressOf(length, end), total: size });
    return { ...hub.file(commit, path, size), onBytes };
  }
  /** A file that is read by ranges, in any order: what counts is how much came. */
  function rangedFile(path: string, size: number): RemoteFile {
    let loaded = 0;
    return fileOf(path, size, (length) => (loaded += length));
  }

  const list = async () => [...(await getListing()).keys()].sort();
  const isListed = async (path: string) => (await getListing()).has(path);
  async function has(path: string): Promise<boolean> {
    if ((await cache.find(commit, path)) !== undefined) return true;
    if (await cache.isMissing(commit, path)) return false;
    if (await isListed(path)) return true;
    await cache.setMissing(commit, path);
    return false;
  }

  return {
    name: hub.name,
    list,
    has,
    async open(path) {
      const cached = await cache.find(commit, path);
      if (cached === undefined && type === 'dataset') {
        const { etag, size } = await findContent(path);
        const directory = files.join(options.cacheDir ?? files.cacheDirectory(), 'ranges', etag);
        return { ...cacheRanges(remoteSource(rangedFile(path, size)), files, directory), version: etag };
      }
      const content = cached === undefined ? await findContent(path) : undefined;
      const onDisk =
        content === undefined
          ? cached!
          : await cache.store(
              commit,
              path,
              content,
              fileOf(path, content.size, (_, end) => end),
            );
      await cache.setRevision(revision, commit).catch((error: Error) => {
        onWarning(`${error.message} Until then, ${hub.name} at ${revision} is not found without a network.`);
      });
      return files.open(onDisk);
    },
  };
}
