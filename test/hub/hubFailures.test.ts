import { mkdtempSync, rmSync } from 'node:fs';
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
  vi.stubEnv('HF_HOME', join(tmpdir(), 'none')); // nor the token of who runs this
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

describe('a refusal by the Hub', () => {
  const failing = (action: Promise<unknown>): Promise<HubError> =>
    action.then(
      () => expect.unreachable('expected a HubError'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(HubError);
        return error as HubError;
      },
    );

  it('has a reason that programs can tell', async () => {
    const reasonOf = async (action: Promise<unknown>) => (await failing(action)).reason;
    expect(await reasonOf(openModel({}, 'me/nothing'))).toBe('repository');
    expect(await reasonOf(openModel({ token: 'hf_good' }, 'me/nothing'))).toBe('repository');
    expect(await reasonOf(openModel({ revision: 'v2' }))).toBe('revision');
    expect(await reasonOf((await openModel()).open('x.json'))).toBe('file');
    expect(await reasonOf((await openModel({}, 'me/gated')).open('config.json'))).toBe('gated');
    expect(await reasonOf(openModel({ token: 'password' }))).toBe('token');
    hub.fail('/revision/', {
      status: 401,
      headers: { 'X-Error-Message': 'Invalid credentials in Authorization header' },
    });
    expect(await reasonOf(openModel({ token: 'hf_revoked' }))).toBe('token');
    hub.fail('/revision/', 503);
    expect(await reasonOf(openModel({ retry: { retries: 0 } }))).toBe('busy');
    await hub.close();
    expect(await reasonOf(openModel({ retry: { retries: 0 } }))).toBe('network');
  });

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
    expect(anonymous.message).toContain('if it is private, pass the option token, set HF_TOKEN or log in');
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
      `accept its conditions at ${hub.url}/me/gated, then pass the option token, set HF_TOKEN or log in`,
    );
  });

  it('for too many requests says when to come back, when that is too long to wait', async () => {
    hub.fail('/revision/', { status: 429, headers: { 'Retry-After': '3600' } });
    const error = await failing(openModel());
    expect(error.status).toBe(429);
    expect(error.message).toContain('try again in 3600 seconds');
    expect(hub.requests).toHaveLength(1);
    hub.fail('/revision/', 429);
    expect((await failing(openModel({ retry: { retries: 0 } }))).message).toContain('try again later');
  });

  it.each([500, 502, 503])('with status %i says to try later', async (status) => {
    hub.fail('/tree/', status);
    const repository = await openModel({ retry: { retries: 0 } });
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
    const error = await openModel({ retry: { retries: 0 } }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HubError);
    expect((error as HubError).status).toBeUndefined();
    expect((error as HubError).message).toMatch(
      /no connection to 127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\): check the network/,
    );
  });

  it('that breaks off before the answer is told too', async () => {
    hub.fail('/revision/', 'offline');
    await expect(openModel({ retry: { retries: 0 } })).rejects.toThrow(/There is no connection to 127/);
  });

  it('with a page of its own in place of the answer is told too', async () => {
    hub.fail('/revision/', 'not-json');
    await expect(openModel()).rejects.toThrow(HubError);
    hub.fail('/revision/', 'not-json');
    await expect(openModel()).rejects.toThrow('what cannot be read');
  });

  it('takes a whole file from a server that ignores ranges', async () => {
    hub.fail('model.safetensors', 'ignore-range');
    expect(await readWeights()).toEqual(weights);
  });
});
