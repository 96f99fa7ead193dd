import { platform } from '#platform';
import { HubError } from '../errors.js';
import { PAGE_CACHE } from './cachedFiles.js';
import { nameSome } from './contentError.js';
import { type RemoteFile, remoteSource } from './download.js';
import { type Content, connectToHub } from './hubConnection.js';
import { openKept } from './pageCache.js';
import { readAhead } from './rangedSources.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';

/** Where nothing is kept, how much of a checkpoint is fetched at a time. */
const BLOCK_BYTES = 16 * 2 ** 20;

/**
 * A repository on the Hub in a page. Files of models are kept in the browser; once they are, one request, for the commit, is sent,
 * and none where the Hub is away.
 */
export async function openPageRepository(id: string, options: RepositoryOptions): Promise<RepositoryFiles> {
  const { type = 'model', revision = 'main', cacheDir = PAGE_CACHE, onWarning = console.warn } = options;
  const hub = await connectToHub(id, options);
  const notes = notesOf(cacheDir);

  async function findCommit(): Promise<string> {
    const note = `revisions/${hub.name}/${revision}`;
    try {
      const commit = await hub.findCommit();
      await notes.write(note, commit);
      return commit;
    } catch (error) {
      const isAway = error instanceof HubError && (error.reason === 'network' || error.reason === 'busy');
      const known = isAway ? await notes.read<string>(note) : undefined;
      if (known === undefined) throw error;
      onWarning(
        `${(error as Error).message} So ${hub.name} is what the browser keeps of ${revision} as the Hub last told it.`,
      );
      return known;
    }
  }
  const commit = await findCommit();

  async function fetchListing(): Promise<ReadonlyMap<string, Content>> {
    const note = `listings/${hub.name}/${commit}`;
    const known = await notes.read<[string, Content][]>(note);
    if (known) return new Map(known);
    const found = await hub.fetchListing(commit);
    await notes.write(note, [...found]);
    return found;
  }
  let listing: Promise<ReadonlyMap<string, Content>> | undefined;
  const getListing = (): Promise<ReadonlyMap<string, Content>> => {
    listing ??= fetchListing().catch((error: unknown) => {
      listing = undefined; // the next call asks again
      throw error;
    });
    return listing;
  };

  return {
    name: hub.name,
    list: async () => [...(await getListing()).keys()].sort(),
    has: async (path) => (await getListing()).has(path),
    async open(path) {
      const known = await getListing();
      const content = known.get(path);
      if (!content)
        throw new HubError(
          `${hub.name} has no file ${path} at revision ${revision}; it has ${nameSome([...known.keys()].sort())}.`,
          404,
          { reason: 'file' },
        );
      const { size, etag } = content;
      const file = (progressOf: (length: number, end: number) => number): RemoteFile => ({
        ...hub.file(commit, path, size),
        onBytes: (length, end) => options.onProgress?.({ file: path, loaded: progressOf(length, end), total: size }),
      });
      if (type === 'model') {
        const kept = await openKept(
          cacheDir,
          { id: `files/${etag}`, size, etag },
          file((_, end) => end),
        );
        if (kept) return kept;
      }
      // Read by ranges, in any order: what counts is how much came.
      let loaded = 0;
      const source = remoteSource(file((length) => (loaded += length)));
      return type === 'dataset' ? source : readAhead(source, BLOCK_BYTES);
    },
  };
}

/** Small facts that are kept beside the files. Without them the Hub is asked again, so nothing fails for want of them. */
function notesOf(cache: string) {
  const { storage } = platform;
  return {
    async read<T>(name: string): Promise<T | undefined> {
      const bytes = await storage?.read(cache, name).catch(() => undefined);
      return bytes && JSON.parse(new TextDecoder().decode(bytes));
    },
    async write(name: string, value: unknown): Promise<void> {
      const bytes = new TextEncoder().encode(JSON.stringify(value)) as Uint8Array<ArrayBuffer>;
      await storage?.write(cache, name, bytes).catch(() => {});
    },
  };
}
