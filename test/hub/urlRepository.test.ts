import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../src/errors.js';
import { type DownloadProgress, openRepository } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

// The fake Hub's address of files serves as a plain web server.
const weights = Uint8Array.from({ length: 5000 }, (_, i) => i % 256);
let hub: FakeHub;
let url: string;
beforeEach(async () => {
  hub = await startFakeHub({
    repos: { 'me/birds': { files: { 'config.json': '{"a": 1}', 'sub dir/m.safetensors': weights } } },
  });
  url = `${hub.url}/me/birds/resolve/main/`;
});
afterEach(() => hub.close());

describe('openRepository on the URL of a directory', () => {
  it('reads JSON and ranges of files', async () => {
    const repository = await openRepository(url);
    expect(repository.name).toBe(url.slice(0, -1));
    expect(await repository.readJson('config.json')).toEqual({ a: 1 });
    const source = await repository.open('sub dir/m.safetensors');
    expect(source.size).toBe(5000);
    expect(await source.read(1000, 1010)).toEqual(weights.subarray(1000, 1010));
    expect(hub.requests.at(-1)?.range).toBe('bytes=1000-1009');
  });

  it('reports progress', async () => {
    const seen: DownloadProgress[] = [];
    const repository = await openRepository(url, { onProgress: (progress) => seen.push(progress) });
    await (await repository.open('sub dir/m.safetensors')).read(0, 5000);
    expect(seen.at(-1)).toEqual({ file: 'sub dir/m.safetensors', loaded: 5000, total: 5000 });
  });

  it('takes the whole file from a server without ranges', async () => {
    const repository = await openRepository(url);
    hub.fail('m.safetensors', 'ignore-range');
    const source = await repository.open('sub dir/m.safetensors');
    expect(await source.read(4990, 5000)).toEqual(weights.subarray(4990));
  });

  it('tells files that exist from files that do not', async () => {
    const repository = await openRepository(url);
    expect(await repository.has('config.json')).toBe(true);
    expect(await repository.has('nothing.json')).toBe(false);
    const once = await openRepository(url, { retry: { retries: 0 } });
    hub.fail('config.json', 503);
    await expect(once.has('config.json')).rejects.toThrow('is failing (503): try again later');
  });

  it('says which URL was refused, and that it cannot list', async () => {
    const repository = await openRepository(url);
    await expect(repository.open('nothing.json')).rejects.toThrow(
      new HubError(`The server answers 404 for ${url}nothing.json: check the URL.`, 404),
    );
    await expect(repository.list()).rejects.toThrow('cannot be listed');
  });

  it('goes on when the connection breaks, and says so', async () => {
    const onWarning = vi.fn();
    const repository = await openRepository(url, { onWarning, retry: { waitSeconds: 0.01 } });
    hub.fail('config.json', 503);
    expect(await repository.has('config.json')).toBe(true);
    const source = await repository.open('sub dir/m.safetensors');
    hub.fail('m.safetensors', 'cut');
    expect(await source.read(0, 5000)).toEqual(weights);
    expect(onWarning).toHaveBeenCalledTimes(2);
  });

  it('sends only a token that was passed, never one of the environment', async () => {
    process.env['HF_TOKEN'] = 'hf_environment';
    try {
      await (await openRepository(url)).open('config.json');
      expect(hub.requests.at(-1)?.authorization).toBeUndefined();
      await (await openRepository(url, { token: 'mine' })).open('config.json');
      expect(hub.requests.at(-1)?.authorization).toBe('Bearer mine');
    } finally {
      delete process.env['HF_TOKEN'];
    }
  });
});
