import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointError, DatasetError, HubError } from '../../src/errors.js';
import { openRepository } from '../../src/hub/index.js';

const noNetwork: typeof fetch = async () => {
  throw new Error('a test that needs no network asked for it');
};

let directory: string;
const workingDirectory = process.cwd();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  mkdirSync(join(directory, 'me', 'birds', 'audio', 'deep'), { recursive: true });
  for (const path of ['config.json', 'audio/b.wav', 'audio/deep/a.wav', '.gitattributes'])
    writeFileSync(join(directory, 'me', 'birds', path), JSON.stringify({ path }));
});
afterEach(() => process.chdir(workingDirectory));

describe('openRepository on a local directory', () => {
  it('lists files of all levels by relative path, without hidden ones', async () => {
    const repository = await openRepository(join(directory, 'me', 'birds'));
    expect(await repository.list()).toEqual(['audio/b.wav', 'audio/deep/a.wav', 'config.json']);
  });

  it('tells files from directories and from what is not there', async () => {
    const repository = await openRepository(join(directory, 'me', 'birds'));
    expect(await repository.has('audio/deep/a.wav')).toBe(true);
    expect(await repository.has('audio')).toBe(false);
    expect(await repository.has('config.json/x')).toBe(false);
  });

  it('reads bytes and JSON', async () => {
    const repository = await openRepository(join(directory, 'me', 'birds'));
    expect(await repository.readJson('audio/b.wav')).toEqual({ path: 'audio/b.wav' });
    const source = await repository.open('config.json');
    expect(Buffer.from(await source.read(2, 6)).toString()).toBe('path');
    await expect(source.read(0, source.size + 1)).rejects.toThrow('config.json ends at byte');
    await source.close();
  });

  it('takes an existing directory rather than the Hub repository of the same name', async () => {
    process.chdir(directory);
    const repository = await openRepository('me/birds', { fetch: noNetwork });
    expect(repository.name).toBe('me/birds');
    expect(await repository.has('config.json')).toBe(true);
  });

  it('names the files that exist when one is missing, as an error of its kind', async () => {
    const path = join(directory, 'me', 'birds');
    const model = await openRepository(path);
    await expect(model.open('model.safetensors')).rejects.toThrow(
      new CheckpointError(`${path} has no file model.safetensors; it has audio/b.wav, audio/deep/a.wav, config.json.`),
    );
    const dataset = await openRepository(path, { type: 'dataset' });
    await expect(dataset.open('audio')).rejects.toThrow(DatasetError);
  });

  it('refuses a file that is not JSON, naming it', async () => {
    const path = join(directory, 'me', 'birds', 'config.json');
    writeFileSync(path, '{"hidden_size": ');
    const repository = await openRepository(join(directory, 'me', 'birds'));
    await expect(repository.readJson('config.json')).rejects.toThrow(CheckpointError);
    await expect(repository.readJson('config.json')).rejects.toThrow(`${path} is not JSON`);
  });

  it.each(['../secret', 'audio/../../x', '/etc/hosts', 'C:/x', 'audio\\x', '', 'audio//b.wav', './config.json'])(
    'refuses the path "%s", which does not name a file inside',
    async (path) => {
      const repository = await openRepository(join(directory, 'me', 'birds'));
      await expect(repository.open(path)).rejects.toThrow('is not a path inside a repository');
      await expect(repository.has(path)).rejects.toThrow(HubError);
    },
  );
});

describe('openRepository on what does not exist', () => {
  it.each(['./nothing', '../nothing', '/nothing/here', '~/nothing', '.\\nothing', 'C:\\nothing'])(
    'says that there is no directory %s',
    async (path) => {
      const opening = openRepository(path, { fetch: noNetwork });
      await expect(opening).rejects.toThrow(new CheckpointError(`There is no directory ${path}; check the path.`));
      await expect(openRepository(path, { type: 'dataset' })).rejects.toThrow(DatasetError);
    },
  );

  it('refuses a file where a directory is expected', async () => {
    const path = join(directory, 'me', 'birds', 'config.json');
    await expect(openRepository(path)).rejects.toThrow('config.json is a file, expected a directory');
  });

  it.each(['', ' ', 'a/b/c', 'me/', '-me/birds', 'me/birds.git', 'me--birds', 'me/bi..rds', 'Vögel', 'x'.repeat(97)])(
    'refuses "%s", which is neither a directory nor an id',
    async (id) => {
      const opening = openRepository(id, { fetch: noNetwork });
      await expect(opening).rejects.toThrow(HubError);
      await expect(opening).rejects.toThrow(`"${id}" is neither an existing directory nor an id on the Hub`);
    },
  );

  it.each(['..', 'a/../../b', '', '-x', 'a/', 'a b'])('refuses the revision "%s"', async (revision) => {
    await expect(openRepository('me/birds', { revision, fetch: noNetwork })).rejects.toThrow('is not a revision');
  });

  it('refuses an address that is none', async () => {
    const message = '"huggingface.co" is not a URL; expected one such as https://huggingface.co';
    await expect(openRepository('me/birds', { hubUrl: 'huggingface.co', fetch: noNetwork })).rejects.toThrow(message);
    await expect(openRepository('https://', { fetch: noNetwork })).rejects.toThrow(HubError);
  });

  it('refuses a token of another kind, without repeating it', async () => {
    const opening = openRepository('me/birds', { token: 'sk-secret', fetch: noNetwork });
    await expect(opening).rejects.toThrow('begins with "hf_"');
    await expect(opening).rejects.not.toThrow('secret');
  });
});
