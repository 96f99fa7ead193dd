import { lstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { openHubCache } from '../../src/hub/hubCache.js';

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  symlink: async () => {
    throw new Error('EPERM: operation not permitted'); // Windows, without the privilege
  },
}));

it('stores a copy where the system refuses symbolic links', async () => {
  const commit = 'c'.repeat(40);
  const cache = openHubCache(platform.files!, mkdtempSync(join(tmpdir(), 'ast-ts-')), 'me/birds', commit);
  async function* download() {
    yield Uint8Array.of(1, 2);
    yield Uint8Array.of(3);
  }
  const stored = await cache.store('a/b.bin', { etag: 'e'.repeat(40), size: 3 }, download);
  expect(lstatSync(stored).isFile()).toBe(true);
  expect(await platform.files!.readFile(stored)).toEqual(Uint8Array.of(1, 2, 3));
  expect(await cache.find('a/b.bin')).toBe(stored);
});
