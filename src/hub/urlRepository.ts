import { HubError } from '../errors.js';
import { checkedFetch, explainBusyServer, hostOf } from './checkedFetch.js';
import { readWhole, remoteSource } from './download.js';
import { memorySource } from './memorySource.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';
import { retryPolicyOf, withRetries } from './retries.js';

/** A directory on a web server. Nothing is cached, and no token of the environment is sent: only `options.token` is. */
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
  async function probe(name: string): Promise<number | Uint8Array> {
    const request = fetchOf(name);
    const answer = await request(name, { headers: { ...headers, Range: 'bytes=0-0' } });
    const size = Number(answer.headers.get('Content-Range')?.split('/')[1]);
    if (answer.status === 206 && Number.isSafeInteger(size)) {
      await answer.body?.cancel();
      return size;
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
      if (typeof found !== 'number') return memorySource(name, found);
      let loaded = 0;
      const onBytes = (length: number) =>
        options.onProgress?.({ file: path, loaded: (loaded += length), total: found });
      return remoteSource({ name, url: name, size: found, headers, fetch: fetchOf(name), policy, onBytes });
    },
  };
}
