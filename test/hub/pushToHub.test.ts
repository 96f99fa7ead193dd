import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { HubError } from '../../src/errors.js';
import { openRepository, pushToHub } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';
import { tinyModel } from '../support/tinyModel.js';

let hub: FakeHub;
let directory: string;
beforeAll(async () => void (await useBackend('cpu')));
beforeEach(async () => {
  hub = await startFakeHub({
    repos: { 'other/theirs': { files: { 'README.md': 'theirs' } } },
    accounts: { hf_writer: { name: 'me', role: 'write' }, hf_reader: { name: 'me', role: 'read' } },
  });
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-push-'));
  vi.stubEnv('AST_TS_CACHE', join(directory, 'cache'));
  vi.stubEnv('HF_TOKEN', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(directory, { recursive: true });
});

const options = () => ({ hubUrl: hub.url, token: 'hf_writer' });
const reading = () => ({ ...options(), cacheDir: join(directory, 'hub-cache') });
async function readText(id: string, path: string, revision = 'main'): Promise<string> {
  const source = await (await openRepository(id, { ...reading(), revision })).open(path);
  const text = new TextDecoder().decode(await source.read(0, source.size));
  await source.close();
  return text;
}
const values = (model: ASTForAudioClassification) =>
  [...model.parameters()].map(([name, parameter]) => [name, [...parameter.dataSync()]]);
const refusal = async (push: Promise<unknown>): Promise<HubError> => {
  const error = await push.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
};

describe('model.pushToHub', () => {
  it('uploads a model that loads from there with the same bits, and its card', async () => {
    const model = tinyModel();
    const pushed = await model.pushToHub('me/birds', {
      ...options(),
      card: { baseModel: 'someone/ast', license: 'apache-2.0' },
    });
    expect(pushed).toEqual({
      url: `${hub.url}/me/birds`,
      repoId: 'me/birds',
      commit: hub.commit('me/birds'),
      commitUrl: `${hub.url}/me/birds/commit/${hub.commit('me/birds')}`,
    });
    const loaded = await ASTForAudioClassification.fromPretrained('me/birds', reading());
    expect(values(loaded)).toEqual(values(model));
    expect(loaded.labels).toEqual(model.labels);
    const card = await readText('me/birds', 'README.md');
    expect(parse(card.split('---')[1]!)).toMatchObject({
      library_name: 'transformers',
      pipeline_tag: 'audio-classification',
      base_model: 'someone/ast',
      license: 'apache-2.0',
    });
    expect(card).toContain('pipeline("audio-classification", model="me/birds")');
    expect(await readdir(join(directory, 'cache'))).toEqual([]); // what was saved to be uploaded is gone
  });

  it('uploads shards, to a branch, into a private repository, with a message', async () => {
    const model = tinyModel();
    const events: string[] = [];
    await model.pushToHub('me/birds', {
      ...options(),
      private: true,
      revision: 'trial',
      maxShardSize: '2KB',
      commitMessage: 'Add birds',
      onProgress: ({ file, phase, progress }) => events.push(`${file} ${phase} ${progress}`),
    });
    expect(hub.commit('me/birds', 'trial')).not.toBe(hub.commit('me/birds'));
    const loaded = await ASTForAudioClassification.fromPretrained('me/birds', { ...reading(), revision: 'trial' });
    expect(values(loaded)).toEqual(values(model));
    for (const phase of ['hashing', 'uploading'])
      expect(events).toContainEqual(
        expect.stringMatching(new RegExp(`^model-00001-of-\\d{5}.safetensors ${phase} 1$`)),
      );
    const { token: _, ...withoutToken } = reading();
    await expect(openRepository('me/birds', { ...withoutToken, token: 'hf_other' })).rejects.toThrow('Not found (404)');
    // Again: repository and branch are there, and what has not changed is not sent again.
    const puts = hub.requests.filter(({ method }) => method === 'PUT').length;
    await model.pushToHub('me/birds', { ...options(), revision: 'trial', maxShardSize: '2KB' });
    expect(hub.requests.filter(({ method }) => method === 'PUT')).toHaveLength(puts);
  });

  it('takes a name alone for a repository of the account, also in the card', async () => {
    expect((await tinyModel().pushToHub('birds', options())).repoId).toBe('me/birds');
    expect(await readText('me/birds', 'README.md')).toContain('model="me/birds"');
  });
});

describe('pushToHub', () => {
  it('uploads a directory without what is hidden and without checkpoints of a run', async () => {
    for (const path of ['checkpoint-10/model.safetensors', 'onnx/model.onnx', '.cache/x', 'config.json', 'README.md']) {
      await mkdir(join(directory, 'run', path, '..'), { recursive: true });
      await writeFile(join(directory, 'run', path), path);
    }
    await pushToHub(join(directory, 'run'), 'me/birds', { ...options(), modelCard: '# Birds' });
    const repository = await openRepository('me/birds', reading());
    expect(await repository.list()).toEqual(['.gitattributes', 'README.md', 'config.json', 'onnx/model.onnx']);
    expect(await readText('me/birds', 'README.md')).toBe('# Birds');
    expect(await readText('me/birds', 'onnx/model.onnx')).toBe('onnx/model.onnx');
  });

  it('uploads files in memory, as a page has them', async () => {
    const content = new Blob([new Uint8Array(12_000_000).fill(7)]); // hashed in pieces
    await pushToHub([{ path: 'model.safetensors', content }], 'me/birds', options());
    const source = await (await openRepository('me/birds', reading())).open('model.safetensors');
    expect(source.size).toBe(12_000_000);
    await source.close();
  });

  it('opens a pull request in a repository of others', async () => {
    const files = [{ path: 'README.md', content: new Blob(['better']) }];
    const pushed = await pushToHub(files, 'other/theirs', { ...options(), createPr: true });
    expect(pushed.pullRequestUrl).toBe(`${hub.url}/other/theirs/discussions/1`);
    expect(await readText('other/theirs', 'README.md')).toBe('theirs');
    expect(await readText('other/theirs', 'README.md', 'refs/pr/1')).toBe('better');
  });
});

describe('an upload is refused', () => {
  const file = [{ path: 'config.json', content: new Blob(['{}']) }];
  const push = (id: string, more = {}) => refusal(pushToHub(file, id, { ...options(), ...more }));

  it('without a token, before anything is sent', async () => {
    expect((await push('me/birds', { token: undefined })).message).toMatch(/needs an access token .* set HF_TOKEN/);
    expect((await push('me/birds', { token: 'secret' })).message).toMatch(/begins with "hf_"/);
    expect((await push('me/bi rds')).message).toMatch(/cannot be the name/);
    expect(hub.requests).toEqual([]);
  });

  it('with a token that the Hub does not know', async () => {
    const error = await push('me/birds', { token: 'hf_old' });
    expect([error.status, error.message]).toEqual([
      401,
      expect.stringMatching(/does not accept the token .*make a new one/),
    ]);
  });

  it('with a token that may only read', async () => {
    const error = await push('me/birds', { token: 'hf_reader' });
    expect([error.status, error.message]).toEqual([
      404,
      expect.stringMatching(/no repository "me\/birds" .* right to write/),
    ]);
  });

  it('where the name is taken by others', async () => {
    const error = await push('other/theirs');
    expect([error.status, error.message]).toEqual([403, expect.stringMatching(/may not write to "other\/theirs"/)]);
  });

  it('where the repository is there and the token may not write to it', async () => {
    await pushToHub(file, 'me/birds', options());
    hub.fail('preupload', 403);
    expect((await push('me/birds')).message).toMatch(/There is a repository "me\/birds" already.*choose another name/);
  });

  it('before a model is saved, when the token does not do', async () => {
    let saved = false;
    const model = { savePretrained: async () => void (saved = true) };
    await refusal(pushToHub(model, 'me/birds', { ...options(), token: 'hf_old' }));
    expect(saved).toBe(false);
  });

  it.each([
    ['the Hub is not there', 'create', 'offline', /no connection to 127/],
    ['a large file is not taken', 'lfs-upload', 403, /already, and the token may not write to it/],
    ['a large file does not arrive', 'lfs-upload', 'offline', /no connection to 127/],
    ['the answer is a page', 'preupload', 'not-json', /failed: .*Upload again/],
    ['the Hub refuses', 'preupload', 400, /refused the upload to "me\/birds" \(400\). Nothing was committed/],
  ] as const)('with nothing committed when %s', async (_, match, fault, message) => {
    await pushToHub(file, 'me/birds', options());
    const before = hub.commit('me/birds');
    hub.fail(match, fault, 9);
    const files = [{ path: 'model.safetensors', content: new Blob(['weights']) }];
    expect((await refusal(pushToHub(files, 'me/birds', options()))).message).toMatch(message);
    expect(hub.commit('me/birds')).toBe(before);
  });

  it.each([503, 'offline'] as const)(
    'when the answer to the commit is lost (%s), and can be repeated',
    async (fault) => {
      await pushToHub(file, 'me/birds', options());
      hub.fail('commit/main', fault);
      const files = [{ path: 'model.safetensors', content: new Blob(['weights']) }];
      await refusal(pushToHub(files, 'me/birds', options()));
      const { commit } = await pushToHub(files, 'me/birds', options());
      expect(hub.commit('me/birds')).toBe(commit);
      expect(await readText('me/birds', 'model.safetensors')).toBe('weights');
    },
  );

  it('when there is no directory, or nothing in it', async () => {
    expect((await refusal(pushToHub(join(directory, 'none'), 'me/birds', options()))).message).toMatch(/no directory/);
    expect((await refusal(pushToHub(directory, 'me/birds', options()))).message).toMatch(/has no files/);
  });
});
