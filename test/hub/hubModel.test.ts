import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../src/errors.js';
import { type DownloadProgress, openRepository, type RepositoryOptions } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

const weights = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
const files = { 'config.json': '{"hidden_size": 32}', 'model.safetensors': weights, 'onnx/a b#1.json': '1', empty: '' };

let hub: FakeHub;
let cacheDir: string;
beforeEach(async () => {
  for (const name of ['HF_TOKEN', 'HF_ENDPOINT', 'HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'XDG_CACHE_HOME'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HOME', join(tmpdir(), 'none')); // nor the token of who runs this
  cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  hub = await startFakeHub({
    repos: {
      'me/birds': { files },
      old: { files },
      'me/private': { files, token: 'hf_good' },
    },
    pageSize: 2,
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await hub.close();
  rmSync(cacheDir, { recursive: true });
});

const openModel = (options: RepositoryOptions = {}, id = 'me/birds') =>
  openRepository(id, { hubUrl: hub.url, cacheDir, ...options });

async function readAll(path: string, options?: RepositoryOptions): Promise<Uint8Array> {
  const source = await (await openModel(options)).open(path);
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}

const filesInCache = () =>
  readdirSync(cacheDir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(cacheDir.length + 1));

describe('openRepository on a model of the Hub', () => {
  it('lists all files, over several pages', async () => {
    const repository = await openModel();
    expect(repository.name).toBe('me/birds');
    expect(await repository.list()).toEqual(Object.keys(files).sort());
    expect(hub.requests.filter(({ path }) => path.includes('/tree/'))).toHaveLength(3);
    expect(await repository.has('onnx/a b#1.json')).toBe(true);
    expect(await repository.has('onnx')).toBe(false);
  });

  it('reads files as they are: large, small, empty, and with odd names', async () => {
    expect(await readAll('model.safetensors')).toEqual(weights);
    expect(await readAll('empty')).toHaveLength(0);
    const repository = await openModel();
    expect(await repository.readJson('config.json')).toEqual({ hidden_size: 32 });
    expect(await repository.readJson('onnx/a b#1.json')).toBe(1);
  });

  it('opens an id without an owner', async () => {
    expect(await (await openModel({}, 'old')).readJson('config.json')).toEqual({ hidden_size: 32 });
    expect(existsSync(join(cacheDir, 'models--old', 'refs', 'main'))).toBe(true);
  });

  it('stores files in the layout of the Hugging Face cache', async () => {
    await readAll('model.safetensors');
    await readAll('onnx/a b#1.json');
    const folder = join(cacheDir, 'models--me--birds');
    const commit = hub.commit('me/birds');
    expect(readFileSync(join(folder, 'refs', 'main'), 'utf8')).toBe(commit);
    const link = join(folder, 'snapshots', commit, 'model.safetensors');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readlinkSync(link)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/); // SHA-256 of the content
    const deeper = readlinkSync(join(folder, 'snapshots', commit, 'onnx', 'a b#1.json'));
    expect(deeper).toBe('../../../blobs/56a6051ca2b02b04ef92d5150c9ef600403cb1de'); // what git calls the content "1"
    expect(filesInCache()).toHaveLength(5); // two links, two contents, one reference
  });

  it('reads a snapshot that another library stored', async () => {
    const folder = join(cacheDir, 'models--me--birds', 'snapshots', hub.commit('me/birds'));
    await readAll('config.json'); // makes the folder
    writeFileSync(join(folder, 'model.safetensors'), 'from Python');
    expect(Buffer.from(await readAll('model.safetensors')).toString()).toBe('from Python');
  });

  it('downloads nothing the second time, and asks nothing for a known commit', async () => {
    await readAll('model.safetensors');
    const before = hub.requests.length;
    expect(await readAll('model.safetensors')).toEqual(weights);
    expect(hub.requests.slice(before).map(({ path }) => path.split('?')[0])).toEqual([
      '/api/models/me/birds/revision/main',
    ]);
    hub.requests.length = 0;
    expect(await readAll('model.safetensors', { revision: hub.commit('me/birds') })).toEqual(weights);
    expect(hub.requests).toEqual([]);
  });

  it('fetches only what changed when the branch moves on, and stays at its commit while open', async () => {
    const repository = await openModel();
    await readAll('model.safetensors');
    hub.push('me/birds', { ...files, 'config.json': '{"hidden_size": 64}' });
    expect(await repository.readJson('config.json')).toEqual({ hidden_size: 32 });
    hub.requests.length = 0;
    expect(await (await openModel()).readJson('config.json')).toEqual({ hidden_size: 64 });
    expect(await readAll('model.safetensors')).toEqual(weights);
    expect(hub.requests.filter(({ path }) => path.includes('safetensors'))).toEqual([]);
  });

  it('opens other branches, also ones with a slash', async () => {
    hub.push('me/birds', { 'config.json': '"pull request"' }, 'refs/pr/1');
    expect(await (await openModel({ revision: 'refs/pr/1' })).readJson('config.json')).toBe('pull request');
    const reference = join(cacheDir, 'models--me--birds', 'refs', 'refs', 'pr', '1');
    expect(readFileSync(reference, 'utf8')).toBe(hub.commit('me/birds', 'refs/pr/1'));
  });

  it('reports progress by bytes up to the size of the file, and none for a cached file', async () => {
    const seen: DownloadProgress[] = [];
    await readAll('model.safetensors', { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual({ file: 'model.safetensors', loaded: 100_000, total: 100_000 });
    expect(seen.every(({ loaded }, i) => i === 0 || loaded > seen[i - 1]!.loaded)).toBe(true);
    seen.length = 0;
    await readAll('model.safetensors', { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([]);
  });

  it('gives whole files to two callers at once', async () => {
    const [first, second] = await Promise.all([readAll('model.safetensors'), readAll('model.safetensors')]);
    expect(first).toEqual(weights);
    expect(second).toEqual(weights);
    expect(filesInCache().filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });

  it('downloads again what is in the cache with the wrong size', async () => {
    await readAll('model.safetensors');
    const folder = join(cacheDir, 'models--me--birds');
    const [blob] = filesInCache().filter(
      (path) => path.includes('blobs') && lstatSync(join(cacheDir, path)).size > 1000,
    );
    writeFileSync(join(cacheDir, blob!), 'broken');
    rmSync(join(folder, 'snapshots'), { recursive: true });
    expect(await readAll('model.safetensors')).toEqual(weights);
  });

  it('takes token, address and cache from the environment, options first', async () => {
    vi.stubEnv('HF_TOKEN', 'hf_good');
    vi.stubEnv('HF_ENDPOINT', `${hub.url}/`);
    vi.stubEnv('HF_HUB_CACHE', join(cacheDir, 'hub'));
    expect(await (await openRepository('me/private')).readJson('config.json')).toEqual({ hidden_size: 32 });
    expect(existsSync(join(cacheDir, 'hub', 'models--me--private'))).toBe(true);
    expect(hub.requests.every(({ authorization }) => authorization === 'Bearer hf_good')).toBe(true);
    await expect(openRepository('me/private', { token: 'hf_bad' })).rejects.toThrow(HubError);
    vi.stubEnv('HF_HUB_CACHE', undefined);
    vi.stubEnv('HF_HOME', join(cacheDir, 'home'));
    await (await openRepository('me/private')).readJson('config.json');
    expect(existsSync(join(cacheDir, 'home', 'hub', 'models--me--private'))).toBe(true);
  });

  it('takes the token that a log-in with Python stored, unless one is given', async () => {
    vi.stubEnv('HF_HOME', join(cacheDir, 'home'));
    mkdirSync(join(cacheDir, 'home'));
    writeFileSync(join(cacheDir, 'home', 'token'), 'hf_good\n');
    expect(await (await openModel({}, 'me/private')).readJson('config.json')).toEqual({ hidden_size: 32 });
    await expect(openModel({ token: '' }, 'me/private')).rejects.toThrow('or it is private');
    vi.stubEnv('HF_TOKEN_PATH', join(cacheDir, 'other'));
    await expect(openModel({}, 'me/private')).rejects.toThrow('or it is private');
    writeFileSync(join(cacheDir, 'other'), 'password');
    await expect(openModel({}, 'me/private')).rejects.toThrow(`check the file ${join(cacheDir, 'other')}`);
    vi.stubEnv('HF_HUB_DISABLE_IMPLICIT_TOKEN', '1');
    expect(await (await openModel()).list()).toContain('config.json');
    expect(hub.requests.at(-1)?.authorization).toBeUndefined();
  });

  it('asks once whether there is a file, and notes that there is none as Python does', async () => {
    expect(await (await openModel()).has('vocab.json')).toBe(false);
    expect(filesInCache()).toEqual([join('models--me--birds', '.no_exist', hub.commit('me/birds'), 'vocab.json')]);
    hub.requests.length = 0;
    expect(await (await openModel({ revision: hub.commit('me/birds') })).has('vocab.json')).toBe(false);
    expect(hub.requests).toEqual([]);
  });

  it('prints nothing', async () => {
    const methods = ['log', 'info', 'debug', 'warn', 'error'] as const;
    const spies = methods.map((method) => vi.spyOn(console, method).mockImplementation(() => {}));
    await readAll('model.safetensors');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});
