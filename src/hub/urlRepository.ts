import { HubError } from '../errors.js';
import { checkedFetch, explainBusyServer, hostOf } from './checkedFetch.js';
import { remoteSource } from './download.js';
import { memorySource } from './memorySource.js';
import type { RepositoryFiles, RepositoryOptions } from './repositoryTypes.js';

/** A directory on a web server. Nothing is cached, and no token of the environment is sent: only `options.token` is. */
export function openUrlRepository(url: string, options: RepositoryOptions): RepositoryFiles {
  const base = url.replace(/\/+$/, '');
  const host = hostOf(base);
  const headers: Record<string, string> = options.token ? { Authorization: `Bearer ${options.token}` } : {};
  const addressOf = (path: string) => `${base}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const fetchOf = (name: string) =>
    checkedFetch(
      options.fetch ?? fetch,
      host,
      (status, answer) =>
        explainBusyServer(host, status, answer) ?? `The server answers ${status} for ${name}: check the URL.`,
    );
  return {
    name: base,
    async list() {
      throw new HubError(
        `${base} is on a web server, which cannot be listed; name the files, or use a Hub id or a directory.`,
      );
    },
    async has(path) {
      try {
        await fetchOf(addressOf(path))(addressOf(path), { method: 'HEAD', headers });
        return true;
      } catch (error) {
        if (error instanceof HubError && error.status === 404) return false;
        throw error;
      }
    },
    async open(path) {
      const name = addressOf(path);
      const request = fetchOf(name);
      // One byte tells the size, compressed or not, and whether the server knows ranges.
      const probe = await request(name, { headers: { ...headers, Range: 'bytes=0-0' } });
      const size = Number(probe.headers.get('Content-Range')?.split('/')[1]);
      if (probe.status !== 206 || !Number.isSafeInteger(size)) {
        const whole = probe.status === 206 ? await request(name, { headers }) : probe;
        return memorySource(name, await readWhole(name, whole));
      }
      await probe.body?.cancel();
      let loaded = 0;
      const onBytes = (length: number) => options.onProgress?.({ file: path, loaded: (loaded += length), total: size });
      return remoteSource({ name, url: name, size, headers, fetch: request, onBytes });
    },
  };
}

async function readWhole(name: string, response: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new HubError(`${name}: the connection broke half way. Try again.`, undefined, { cause });
  }
}
