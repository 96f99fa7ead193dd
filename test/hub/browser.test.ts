import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeSafetensors, openRepository, openSafetensors, writeSafetensors } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

vi.mock('#platform', () => import('../../src/platform/browser.js'));

const tensors = Array.from({ length: 40 }, (_, i) => {
  const data = Float32Array.from({ length: 1000 }, (_, j) => i + j / 1000);
  return [`layer.${i}`, { shape: [10, 100], data }] as const;
});

let hub: FakeHub;
beforeEach(async () => {
  hub = await startFakeHub({
    repos: {
      'me/birds': {
        files: { 'config.json': '{"a": 1}', 'model.safetensors': Buffer.concat([...encodeSafetensors(tensors)]) },
      },
      'datasets/me/sounds': { files: { 'a.parquet': Uint8Array.of(1, 2, 3, 4) } },
    },
  });
});
afterEach(() => hub.close());

describe('where there is no file system', () => {
  it('reads all tensors of a checkpoint with one request for the bytes', async () => {
    const repository = await openRepository('me/birds', { hubUrl: hub.url });
    expect(await repository.readJson('config.json')).toEqual({ a: 1 });
    const file = await openSafetensors(await repository.open('model.safetensors'));
    const names: string[] = [];
    for await (const [name, { data }] of file.readAll()) {
      expect(data).toEqual(tensors[names.length]?.[1].data);
      names.push(name);
    }
    await file.close();
    expect(names).toHaveLength(40);
    expect(hub.requests.filter(({ path }) => path.startsWith('/cdn/'))).toHaveLength(1);
  });

  it('goes on after a connection that broke, and says so', async () => {
    const onWarning = vi.fn();
    const options = { hubUrl: hub.url, onWarning, retry: { waitSeconds: 0.01 } };
    const source = await (await openRepository('me/birds', options)).open('model.safetensors');
    hub.fail('model.safetensors', 'cut');
    expect(await source.read(0, 8)).toHaveLength(8);
    expect(onWarning).toHaveBeenCalledWith(expect.stringMatching(/the connection broke half way.*retry 1 of 5/));
    expect(hub.requests.at(-1)?.range).not.toMatch(/^bytes=0-/);
  });

  it('reads a data set by the very ranges that are asked for', async () => {
    const repository = await openRepository('me/sounds', { type: 'dataset', hubUrl: hub.url });
    expect(await (await repository.open('a.parquet')).read(1, 3)).toEqual(Uint8Array.of(2, 3));
    expect(hub.requests.at(-1)?.range).toBe('bytes=1-2');
  });

  it('says that a page has no files', async () => {
    await expect(openRepository('./birds')).rejects.toThrow('a page has no files: pass a Hub id or a URL');
    await expect(writeSafetensors('x.safetensors', tensors)).rejects.toThrow('make a Blob of encodeSafetensors');
  });
});
