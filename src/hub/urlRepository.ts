import { platform } from '#platform';
import { HubError } from '../errors.js';
import { checkedFetch, explainBusyServer, hostOf } from './checkedFetch.js';
import { readWhole, remoteSource } from './download.js';
import { memorySource } from './memorySource.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';
import { retryPolicyOf, withRetries } from './retries.js';

/** Files from this size on are kept in a page. */
const LARGE_BYTES = 2 ** 20;

/**
 * A directory on a web server. No token of the environment is sent: only `options.token` is. A page keeps large files, while the server
 * says that they are the same (by ETag or Last-Modified); Node keeps nothing.
 */
export function openUrlRepository(url: string, options: RepositoryOptions): RepositoryFiles {
  const base = url.replace(/\/+$/, '');
  const host = hostOf(base);
  const policy = retryPolicyOf(options.retry, options.onWarning);
  const headers: Record<string, string> = options.token ? { Authorization: `Bearer ${options.token}` } : {};
  const addressOf = (path: string) => `${base}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const fetchOf = (name: string) =>
    checkedFetch(
      options.fetch ?? fetch,
      host,
      (status, answer) =>
        explainBusyServer(host, status, answer) ?? {
          message: `The server answers ${status} for ${name}: check the URL.`,
        },
      policy.stallSeconds,
    );

  /** Asks for one byte, which tells the size, compressed or not, and whether the server knows ranges; else for all of it. */
  async function probe(name: string): Promise<{ size: number; state: string | undefined } | Uint8Array> {
    const request = fetchOf(name);
    const answer = await request(name, { headers: { ...headers, Range: 'bytes=0-0' } });
    const size = Number(answer.headers.get('Content-Range')?.split('/')[1]);
    if (answer.status === 206 && Number.isSafeInteger(size)) {
      await answer.body?.cancel();
      return { size, state: answer.headers.get('ETag') ?? answer.headers.get('Last-Modified') ?? undefined };
    }
    const whole = answer.status === 206 ? await request(name, { headers }) : answer;
    return readWhole({ name, policy }, whole);
  }

  return {
    name: base,
    async list() {
      throw new HubError(
        `${base} is on a web server, which cannot be listed; name the files, or use a Hub id or a directory.`,
      );
    },
    async has(path) {
      const name = addressOf(path);
      try {
        await withRetries(() => fetchOf(name)(name, { method: 'HEAD', headers }), policy);
        return true;
      } catch (error) {
        if (error instanceof HubError && error.status === 404) return false;
        throw error;
      }
    },
    async open(path) {
      const name = addressOf(path);
      const found = await withRetries(() => probe(name), policy);
      if (found instanceof Uint8Array) return memorySource(name, found);
      const { size, state } = found;
      const file = { name, url: name, size, headers, fetch: fetchOf(name), policy };
      if (!platform.files && size >= LARGE_BYTES) {
        const onBytes = (_: number, end: number) => options.onProgress?.({ file: path, loaded: end, total: size });
        const { keepByState } = await import('./pageCache.js');
        const kept = await keepByState(options.cacheDir, state, { ...file, onBytes });
        if (kept) return kept;
      }
      let loaded = 0;
      const onBytes = (length: number) => options.onProgress?.({ file: path, loaded: (loaded += length), total: size });
      return remoteSource({ ...file, onBytes });
    },
  };
}
