import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { HubError } from '../../src/errors.js';
import { openRepository, type RepositoryOptions } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';
import { tinyModel } from '../support/tinyModel.js';

const files = {
  'config.json': '{"hidden_size": 32}',
  'model.safetensors': Uint8Array.from({ length: 1000 }, (_, i) => i),
};

let hub: FakeHub;
let cacheDir: string;
beforeEach(async () => {
  for (const name of ['HF_TOKEN', 'HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE']) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HOME', join(tmpdir(), 'none'));
  cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  hub = await startFakeHub({ repos: { 'me/birds': { files }, 'datasets/me/sounds': { files } } });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  rmSync(cacheDir, { recursive: true });
});

const open = (id = 'me/birds', options: RepositoryOptions = {}) =>
  openRepository(id, { hubUrl: hub.url, cacheDir, retry: { retries: 0 }, ...options });
const failure = async (action: Promise<unknown>): Promise<HubError> => {
  const error = await action.then(
    () => expect.unreachable('expected a HubError'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
};

describe.each(['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'])('with %s', (variable) => {
  it('a cached model is read at the revision it had, and nothing is asked', async () => {
    await (await open()).readJson('config.json');
    const commit = hub.commit('me/birds');
    hub.push('me/birds', { 'config.json': '{}' });
    hub.requests.length = 0;
    vi.stubEnv(variable, '1');
    for (const revision of [undefined, 'main', commit])
      expect(await (await open('me/birds', { revision })).readJson('config.json')).toEqual({ hidden_size: 32 });
    expect(hub.requests).toEqual([]);
  });

  it('what is not cached is an error that says so', async () => {
    await (await open()).readJson('config.json');
    vi.stubEnv(variable, 'true');
    const says = /HF_HUB_OFFLINE \(or TRANSFORMERS_OFFLINE\) forbids to ask the Hub: unset it/;
    for (const [action, what] of [
      [() => open('me/other'), 'no model "me/other" at revision "main"'],
      [() => open('me/birds', { revision: 'v2' }), 'no model "me/birds" at revision "v2"'],
      [() => open('me/sounds', { type: 'dataset' }), 'no data set "me/sounds" at revision "main"'],
      [async () => (await open()).open('model.safetensors'), 'no file model.safetensors of the model "me/birds"'],
      [async () => (await open()).has('model.safetensors'), 'no file model.safetensors of the model "me/birds"'],
      [async () => (await open()).list(), 'no list of the files of "me/birds"'],
    ] as const) {
      const error = await failure(action());
      expect(error.reason).toBe('offline');
      expect(error.message).toContain(what);
      expect(error.message).toMatch(says);
    }
    expect(hub.requests.filter(({ path }) => !path.includes('birds'))).toEqual([]);
  });
});

it('knows offline which files a model does not have, when that was asked before', async () => {
  expect(await (await open()).has('vocab.json')).toBe(false);
  await (await open()).readJson('config.json');
  vi.stubEnv('HF_HUB_OFFLINE', 'ON');
  expect(await (await open()).has('vocab.json')).toBe(false);
});

describe('without a network', () => {
  it.each(['offline', 503] as const)('a cached model is read, and the user is told: %s', async (fault) => {
    await (await open()).readJson('config.json');
    hub.fail('', fault, 10);
    const onWarning = vi.fn();
    const repository = await open('me/birds', { onWarning });
    expect(await repository.readJson('config.json')).toEqual({ hidden_size: 32 });
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/(no connection|failing \(503\)).*me\/birds is read from the cache, .*, as main was/)],
    ]);
    const error = await failure(repository.open('model.safetensors'));
    expect(error.message).toMatch(/has no file model\.safetensors .* and the Hub cannot be asked: /);
    expect(error.reason).toBe(fault === 503 ? 'busy' : 'network');
  });

  it('an uncached model is an error that says so', async () => {
    await hub.close();
    expect((await failure(open())).message).toMatch(/There is no connection to 127/);
  });

  it('a model that was withdrawn or is not open to you is not read from the cache', async () => {
    await (await open()).readJson('config.json');
    hub.fail('/revision/', 404);
    expect((await failure(open())).reason).toBe('repository');
  });
});

it('loads a model of the cache offline, from no more than the files that Python downloads for it', async () => {
  await tf.setBackend('cpu');
  const directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  const model = tinyModel();
  await model.savePretrained(directory);
  const commit = 'c'.repeat(40);
  cpSync(directory, join(cacheDir, 'models--me--birds', 'snapshots', commit), { recursive: true });
  const { writeFile } = (await import('#platform')).platform.files!;
  await writeFile(join(cacheDir, 'models--me--birds', 'refs', 'main'), [commit]);
  vi.stubEnv('HF_HUB_OFFLINE', '1');
  const again = await ASTForAudioClassification.fromPretrained('me/birds', { hubUrl: hub.url, cacheDir });
  expect(again.labels).toEqual(model.labels);
  expect(hub.requests).toEqual([]);
  again.dispose();
  model.dispose();
  rmSync(directory, { recursive: true });
});
