import type { PieceStorage } from './platform.js';

/** Addresses of a cache that lead nowhere: requests are only what pieces are called. */
const BASE = 'https://ast-ts.invalid/';

const addressOf = (name: string): string => BASE + encodeURIComponent(name);

/**
 * Cache Storage, not the origin's private file system: the latter is written by a page only in the newest Safari (by others
 * in workers alone), and what a page writes there counts when the file is closed, so a download that breaks off would leave nothing.
 */
export const storage: PieceStorage = {
  async list(cache) {
    const requests = await (await caches.open(cache)).keys();
    return requests.map(({ url }) => decodeURIComponent(url.slice(BASE.length)));
  },
  async read(cache, name) {
    const found = await (await caches.open(cache)).match(addressOf(name));
    return found && new Uint8Array(await found.arrayBuffer());
  },
  async write(cache, name, bytes) {
    await (await caches.open(cache)).put(addressOf(name), new Response(bytes));
  },
  async remove(cache, name) {
    await (await caches.open(cache)).delete(addressOf(name));
  },
  async freeBytes() {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    return quota === undefined || usage === undefined ? undefined : quota - usage;
  },
  alone: (name, run) => (navigator.locks ? navigator.locks.request(name, run) : run()),
};
