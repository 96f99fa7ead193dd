import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatasetError, HubError } from '../../src/errors.js';
import { type DownloadProgress, openRepository, type RepositoryOptions } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

const table = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256);
const path = 'fold1/train-00000-of-00001.parquet';

let hub: FakeHub;
let cacheDir: string;
beforeEach(async () => {
  cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  hub = await startFakeHub({
    repos: { 'datasets/me/sounds': { files: { [path]: table, 'README.md': '# Sounds', 'broken.json': '{' } } },
  });
});
afterEach(async () => {
  await hub.close();
  rmSync(cacheDir, { recursive: true });
});

const openDataset = (options?: RepositoryOptions) =>
  openRepository('me/sounds', { type: 'dataset', hubUrl: hub.url, cacheDir, ...options });
const ranges = () => hub.requests.flatMap(({ path, range }) => (path.startsWith('/cdn/') ? [range] : []));
const cachedRanges = () =>
  readdirSync(cacheDir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );

describe('openRepository on a data set of the Hub', () => {
  it('knows sizes and reads only the bytes that are asked for', async () => {
    const repository = await openDataset();
    expect(repository.name).toBe('datasets/me/sounds');
    const source = await repository.open(path);
    expect(source.size).toBe(100_000);
    expect(ranges()).toEqual([]);
    expect(await source.read(99_000, 100_000)).toEqual(table.subarray(99_000));
    expect(await source.read(5, 6)).toEqual(table.subarray(5, 6));
    expect(await source.read(7, 7)).toHaveLength(0);
    expect(ranges()).toEqual(['bytes=99000-99999', 'bytes=5-5']);
  });

  it('keeps each range on disk: the next run asks only for the metadata', async () => {
    await (await (await openDataset()).open(path)).read(10, 5000);
    hub.requests.length = 0;
    const source = await (await openDataset()).open(path);
    expect(await source.read(10, 5000)).toEqual(table.subarray(10, 5000));
    expect(hub.requests.map(({ path }) => path.split('/')[4 + 1])).toEqual(['revision', 'tree']);
    await source.read(10, 5001);
    expect(ranges()).toEqual(['bytes=10-5000']);
  });

  it('does not take a range of the old content for one of the new', async () => {
    await (await (await openDataset()).open(path)).read(0, 100);
    const changed = table.map((byte) => 255 - byte);
    hub.push('datasets/me/sounds', { [path]: changed });
    const source = await (await openDataset()).open(path);
    expect(await source.read(0, 100)).toEqual(changed.subarray(0, 100));
  });

  it('asks again for a range whose cached file has another length', async () => {
    await (await (await openDataset()).open(path)).read(0, 100);
    const [name] = readdirSync(cacheDir, { recursive: true }).filter((name) => String(name).endsWith('0-100'));
    writeFileSync(join(cacheDir, String(name)), 'short');
    expect(await (await (await openDataset()).open(path)).read(0, 100)).toEqual(table.subarray(0, 100));
  });

  it('gives the reader a buffer of its own', async () => {
    const source = await (await openDataset()).open(path);
    (await source.read(0, 8)).fill(0);
    expect(await source.read(0, 8)).toEqual(table.subarray(0, 8));
  });

  it.each([
    ['cut', 'the connection broke half way'],
    ['short', '500 bytes fewer than the expected 1000 bytes'],
    ['long', 'more bytes than the expected 1000 bytes'],
  ] as const)('asks again for what is missing of a range: %s; and says so', async (fault, message) => {
    const onWarning = vi.fn();
    const source = await (await openDataset({ onWarning, retry: { waitSeconds: 0.01 } })).open(path);
    hub.fail('.parquet', fault);
    expect(await source.read(0, 1000)).toEqual(table.subarray(0, 1000));
    expect(onWarning.mock.calls).toEqual([[expect.stringContaining(message)]]);
    expect(ranges()).toEqual(['bytes=0-999', fault === 'long' ? 'bytes=0-999' : 'bytes=500-999']);
    expect(cachedRanges()).toEqual(['0-1000']);
  });

  it('refuses the whole file in place of a range; keeps nothing, and the next read succeeds', async () => {
    const source = await (await openDataset()).open(path);
    hub.fail('.parquet', 'ignore-range');
    await expect(source.read(0, 1000)).rejects.toThrow('does not serve byte ranges');
    expect(cachedRanges()).toEqual([]);
    expect(await source.read(0, 1000)).toEqual(table.subarray(0, 1000));
  });

  it('reads a file that the Python library downloaded from its cache', async () => {
    const directory = join(cacheDir, 'datasets--me--sounds', 'snapshots', hub.commit('datasets/me/sounds'), 'fold1');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, path.split('/')[1]!), table);
    const source = await (await openDataset()).open(path);
    expect(await source.read(10, 20)).toEqual(table.subarray(10, 20));
    await source.close();
    expect(ranges()).toEqual([]);
  });

  it.each([
    [-1, 5],
    [5, 4],
    [0, 100_001],
    [0.5, 2],
  ])('refuses bytes [%d, %d), which the file does not have, without a request', async (start, end) => {
    const source = await (await openDataset()).open(path);
    const before = hub.requests.length;
    await expect(source.read(start, end)).rejects.toThrow(RangeError);
    expect(hub.requests).toHaveLength(before);
  });

  it('reports the bytes received so far of each file', async () => {
    const seen: DownloadProgress[] = [];
    const source = await (await openDataset({ onProgress: (progress) => seen.push(progress) })).open(path);
    await source.read(0, 10);
    await source.read(20, 50);
    expect(seen.at(-1)).toEqual({ file: path, loaded: 40, total: 100_000 });
  });

  it('speaks of a data set in its errors', async () => {
    await expect(openRepository('me/birds', { type: 'dataset', hubUrl: hub.url })).rejects.toThrow(
      'nor a data set "me/birds"',
    );
    const repository = await openDataset();
    await expect(repository.open('test.parquet')).rejects.toThrow(
      new HubError(
        `datasets/me/sounds has no file test.parquet at revision main; it has README.md, broken.json, ${path}.`,
        404,
        { reason: 'file' },
      ),
    );
    await expect(repository.readJson('broken.json')).rejects.toThrow(DatasetError);
  });
});
