import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../src/errors.js';
import { openRepository, type RepositoryOptions } from '../../src/hub/index.js';
import { type FakeHub, startFakeHub } from '../support/fakeHub.js';

const weights = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
const files = { 'config.json': '{"hidden_size": 32}', 'model.safetensors': weights };

let hub: FakeHub;
let cacheDir: string;
beforeEach(async () => {
  vi.stubEnv('HF_TOKEN', undefined);
  cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  hub = await startFakeHub({ repos: { 'me/birds': { files }, 'me/gated': { files, gated: true } } });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  rmSync(cacheDir, { recursive: true });
});

const openModel = (options: RepositoryOptions = {}, id = 'me/birds') =>
  openRepository(id, { hubUrl: hub.url, cacheDir, ...options });

async function readWeights(): Promise<Uint8Array> {
  const source = await (await openModel()).open('model.safetensors');
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}

const filesInCache = () =>
  readdirSync(cacheDir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );

describe('a refusal by the Hub', () => {
  const failing = (action: Promise<unknown>): Promise<HubError> =>
    action.then(
      () => expect.unreachable('expected a HubError'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(HubError);
        return error as HubError;
      },
    );

  it('of a file names the files that exist', async () => {
    const error = await failing((await openModel()).open('pytorch_model.bin'));
    expect(error.status).toBe(404);
    expect(error.message).toBe(
      'me/birds has no file pytorch_model.bin at revision main; it has config.json, model.safetensors.',
    );
  });

  it('of an unknown repository says what was tried, with and without a token', async () => {
    const anonymous = await failing(openModel({}, 'me/nothing'));
    expect(anonymous.status).toBe(401);
    expect(anonymous.message).toContain(`neither a directory me/nothing here nor a model "me/nothing" at ${hub.url}`);
    expect(anonymous.message).toContain('if it is private, pass the option token or set HF_TOKEN');
    const known = await failing(openModel({ token: 'hf_good' }, 'me/nothing'));
    expect(known.status).toBe(404);
    expect(known.message).toContain('nor a model "me/nothing"');
  });

  it('of a revision says so', async () => {
    const error = await failing(openModel({ revision: 'v2' }));
    expect(error).toMatchObject({ status: 404 });
    expect(error.message).toContain('model "me/birds" has no revision "v2" (404)');
  });

  it('of a gated file tells where to accept the conditions', async () => {
    const repository = await openModel({}, 'me/gated');
    expect(await repository.list()).toContain('config.json');
    const error = await failing(repository.open('config.json'));
    expect(error.status).toBe(403);
    expect(error.message).toContain(
      `accept its conditions at ${hub.url}/me/gated, then pass the option token or set HF_TOKEN`,
    );
  });

  it('for too many requests says when to come back', async () => {
    hub.fail('/revision/', { status: 429, headers: { 'Retry-After': '30' } });
    const error = await failing(openModel());
    expect(error.status).toBe(429);
    expect(error.message).toContain('try again in 30 seconds');
    hub.fail('/revision/', 429);
    expect((await failing(openModel())).message).toContain('try again later');
  });

  it.each([500, 502, 503])('with status %i says to try later', async (status) => {
    hub.fail('/tree/', status);
    const repository = await openModel();
    const error = await failing(repository.list());
    expect(error.status).toBe(status);
    expect(error.message).toContain(`is failing (${status}): try again later`);
    expect(await repository.list()).toContain('config.json'); // the failure is not remembered
  });

  it('of another kind repeats the status and what the Hub says', async () => {
    hub.fail('/tree/', { status: 418, headers: { 'X-Error-Message': 'no coffee' } });
    const error = await failing((await openModel()).list());
    expect(error.message).toContain('(418, no coffee)');
  });
});

describe('a broken network', () => {
  it('is told from a refusal: no status, the reason, what to check', async () => {
    await hub.close();
    const error = await openModel().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HubError);
    expect((error as HubError).status).toBeUndefined();
    expect((error as HubError).message).toMatch(
      /no connection to 127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\): check the network/,
    );
  });

  it('that breaks off before the answer is told too', async () => {
    hub.fail('/revision/', 'offline');
    await expect(openModel()).rejects.toThrow(/There is no connection to 127/);
  });

  it('with a page of its own in place of the answer is told too', async () => {
    hub.fail('/revision/', 'not-json');
    await expect(openModel()).rejects.toThrow(HubError);
    hub.fail('/revision/', 'not-json');
    await expect(openModel()).rejects.toThrow('what cannot be read');
  });

  it.each([
    ['cut', 'the connection broke half way'],
    ['short', '50000 bytes fewer than the expected 100000 bytes arrived'],
    ['long', 'more than the expected 100000 bytes arrived'],
  ] as const)('never leaves part of a file: %s', async (fault, message) => {
    hub.fail('model.safetensors', fault);
    const repository = await openModel();
    const opening = repository.open('model.safetensors');
    await expect(opening).rejects.toThrow(HubError);
    await expect(opening).rejects.toThrow(message);
    expect(filesInCache()).toEqual([]);
    const source = await repository.open('model.safetensors'); // the next call succeeds
    expect(await source.read(0, source.size)).toEqual(weights);
    await source.close();
  });

  it('takes a whole file from a server that ignores ranges', async () => {
    hub.fail('model.safetensors', 'ignore-range');
    expect(await readWeights()).toEqual(weights);
  });
});
