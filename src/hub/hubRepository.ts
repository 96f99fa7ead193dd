import { platform } from '#platform';
import { HubError } from '../errors.js';
import { nameSome } from './contentError.js';
import { download, remoteSource } from './download.js';
import { defaultCacheDirectory, openHubCache } from './hubCache.js';
import { type Content, connectToHub } from './hubConnection.js';
import { cacheRanges, readAhead } from './rangedSources.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';

/** In a page, how much of a checkpoint is fetched at a time. */
const BLOCK_BYTES = 16 * 2 ** 20;

/**
 * A repository on the Hugging Face Hub, pinned to the commit that its revision names when it is opened. One request
 * finds the commit; the listing, which tells sizes and hashes, is asked for when a file is not in the cache.
 */
export async function openHubRepository(id: string, options: RepositoryOptions): Promise<RepositoryFiles> {
  const { type = 'model', revision = 'main' } = options;
  const hub = await connectToHub(id, options);
  const commit = await hub.findCommit();

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
    const names = nameSome([...known.keys()].sort());
    throw new HubError(`${hub.name} has no file ${path} at revision ${revision}; it has ${names}.`, 404);
  }

  const list = async () => [...(await getListing()).keys()].sort();
  const has = async (path: string) => (await getListing()).has(path);
  const common = { name: hub.name, list, has };

  const { files } = platform;
  if (!files)
    return {
      ...common,
      async open(path) {
        const source = remoteSource(hub.file(commit, path, (await findContent(path)).size));
        return type === 'dataset' ? source : readAhead(source, BLOCK_BYTES);
      },
    };

  if (type === 'dataset') {
    const directory = files.join(options.cacheDir ?? files.cacheDirectory(), 'ranges');
    return {
      ...common,
      async open(path) {
        const { etag, size } = await findContent(path);
        const source = cacheRanges(remoteSource(hub.file(commit, path, size)), files, files.join(directory, etag));
        return { ...source, version: etag };
      },
    };
  }

  const cache = openHubCache(files, options.cacheDir ?? defaultCacheDirectory(files), id, commit);
  return {
    ...common,
    has: async (path) => (await cache.find(path)) !== undefined || has(path),
    async open(path) {
      let onDisk = await cache.find(path);
      if (onDisk === undefined) {
        const content = await findContent(path);
        const { size } = content;
        onDisk = await cache.store(path, content, () => download(hub.file(commit, path, size), 0, size));
      }
      await cache.setRevision(revision);
      return files.open(onDisk);
    },
  };
}
