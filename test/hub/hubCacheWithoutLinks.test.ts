import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openRepository } from '../../src/hub/index.js';
import { startFakeHub } from '../support/fakeHub.js';

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  symlink: async () => {
    throw new Error('EPERM: operation not permitted'); // Windows, without the privilege
  },
}));

it('stores a copy where the system refuses symbolic links', async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const hub = await startFakeHub({ repos: { 'me/birds': { files: { 'a/b.bin': bytes } } } });
  const cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  try {
    const source = await (await openRepository('me/birds', { hubUrl: hub.url, cacheDir })).open('a/b.bin');
    expect(await source.read(0, 3)).toEqual(bytes);
    await source.close();
    const stored = join(cacheDir, 'models--me--birds', 'snapshots', hub.commit('me/birds'), 'a', 'b.bin');
    expect(lstatSync(stored).isFile()).toBe(true);
  } finally {
    await hub.close();
    rmSync(cacheDir, { recursive: true });
  }
});
