import { downloadFile, fileDownloadInfo, listFiles, modelInfo, pathsInfo } from '@huggingface/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

// The fake is worth something only as far as the Hub's own library is content with it.
const weights = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
let hub: FakeHub;
const repo = 'me/birds';
beforeAll(async () => {
  hub = await startFakeHub({
    repos: { [repo]: { files: { 'a/config.json': '{}', 'a/b/model.safetensors': weights, 'README.md': '#' } } },
  });
});
afterAll(() => hub.close());

describe('the fake Hub, asked by @huggingface/hub', () => {
  it('names the commit', async () => {
    const { sha } = await modelInfo({ name: repo, revision: 'main', hubUrl: hub.url, additionalFields: ['sha'] });
    expect(sha).toBe(hub.commit(repo));
  });

  it('lists one level or all', async () => {
    const list = async (path: string | undefined, recursive: boolean) => {
      const paths: string[] = [];
      for await (const entry of listFiles({ repo, hubUrl: hub.url, path, recursive }))
        paths.push(`${entry.type} ${entry.path}`);
      return paths;
    };
    expect(await list(undefined, false)).toEqual(['file README.md', 'directory a']);
    expect(await list('a', false)).toEqual(['directory a/b', 'file a/config.json']);
    expect(await list(undefined, true)).toEqual([
      'file README.md',
      'directory a',
      'directory a/b',
      'file a/b/model.safetensors',
      'file a/config.json',
    ]);
  });

  it('describes paths and leaves out those that do not exist', async () => {
    const infos = await pathsInfo({ repo, hubUrl: hub.url, paths: ['a/b/model.safetensors', 'x'], expand: true });
    expect(infos).toHaveLength(1);
    expect(infos[0]).toMatchObject({ size: 1000, lfs: { size: 1000 }, lastCommit: { id: hub.commit(repo) } });
  });

  it('serves whole files and slices', async () => {
    expect(await fileDownloadInfo({ repo, hubUrl: hub.url, path: 'x' })).toBeNull();
    expect(await fileDownloadInfo({ repo, hubUrl: hub.url, path: 'a/b/model.safetensors' })).toMatchObject({
      size: 1000,
    });
    const blob = await downloadFile({ repo, hubUrl: hub.url, path: 'a/b/model.safetensors' });
    expect(new Uint8Array(await blob!.arrayBuffer())).toEqual(weights);
    expect(new Uint8Array(await blob!.slice(10, 20).arrayBuffer())).toEqual(weights.subarray(10, 20));
  });
});
