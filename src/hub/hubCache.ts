import { platform } from '#platform';
import type { FileSystem } from '../platform/platform.js';
import type { Content } from './hubConnection.js';

/** The part of Hugging Face's cache on this machine that holds one model at one commit. */
export interface HubCache {
  /** Where a file is on this machine, or `undefined` when it is not there. */
  find(path: string): Promise<string | undefined>;
  /** Stores a file and returns where it is. `download` is called when no revision has brought the same content before. */
  store(path: string, content: Content, download: () => AsyncIterable<Uint8Array>): Promise<string>;
  /** Notes that `revision` is this commit now, for those who look without asking the Hub. */
  setRevision(revision: string): Promise<void>;
}

/** The cache directory that Hugging Face's Python library would use. */
export function defaultCacheDirectory(files: FileSystem): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = platform.environment;
  const cache = XDG_CACHE_HOME || files.join(files.homeDirectory(), '.cache');
  return HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || files.join(HF_HOME || files.join(cache, 'huggingface'), 'hub');
}

/**
 * Opens a model's part of the cache, in the layout that Hugging Face's libraries share
 * (https://huggingface.co/docs/hub/local-cache): `blobs/ETAG` holds contents, `snapshots/COMMIT/PATH` links to them,
 * `refs/REVISION` names commits. `downloadFileToCacheDir` of \@huggingface/hub is not used: it files snapshots under
 * the last commit of each single file, writes no refs, checks no sizes, lets two downloads write into one another's
 * `.incomplete` file, and prints.
 */
export function openHubCache(files: FileSystem, cacheDirectory: string, id: string, commit: string): HubCache {
  const folder = files.join(cacheDirectory, ['models', ...id.split('/')].join('--'));
  const linkOf = (path: string) => files.join(folder, 'snapshots', commit, path);
  return {
    async find(path) {
      return (await files.stat(linkOf(path)))?.kind === 'file' ? linkOf(path) : undefined;
    },
    async store(path, content, download) {
      const blob = files.join(folder, 'blobs', content.etag);
      if ((await files.stat(blob))?.size !== content.size) await files.writeFile(blob, download());
      await files.link(blob, linkOf(path));
      return linkOf(path);
    },
    async setRevision(revision) {
      if (revision === commit) return;
      const path = files.join(folder, 'refs', revision);
      const known = (await files.stat(path)) && new TextDecoder().decode(await files.readFile(path));
      if (known !== commit) await files.writeFile(path, [commit]);
    },
  };
}
