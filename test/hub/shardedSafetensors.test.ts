import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CheckpointError } from '../../src/errors.js';
import { openCheckpoint, openRepository, writeCheckpoint, writeSafetensors } from '../../src/hub/index.js';
import { startFakeHub } from '../support/fakeHub.js';

const name = 'model.safetensors';
const index = 'model.safetensors.index.json';
const tensor = (length: number, first = 0) => ({
  shape: [length],
  data: Float32Array.from({ length }, (_, i) => first + i),
});
/** 100, 200, 300 and 400 bytes. */
const tensors = (first = 0) =>
  [25, 50, 75, 100].map(
    (length, i) => [`layer.${i}`, tensor(length, first + i)] as [string, ReturnType<typeof tensor>],
  );

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-shards-'));
  return () => rm(directory, { recursive: true });
});

const readIndex = async () => JSON.parse(await readFile(join(directory, index), 'utf8'));
async function load(idOrPath = directory, options = {}): Promise<[string, ReturnType<typeof tensor>][]> {
  const weights = await openCheckpoint(await openRepository(idOrPath, options), name);
  const loaded: [string, ReturnType<typeof tensor>][] = [];
  for await (const entry of weights.readAll()) loaded.push(entry);
  for (const [tensorName, { data }] of loaded) expect((await weights.read(tensorName)).data).toEqual(data);
  expect([...weights.tensors.keys()]).toEqual(loaded.map(([tensorName]) => tensorName));
  await weights.close();
  return loaded;
}
const refusal = async (): Promise<CheckpointError> => {
  const error = await load().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(CheckpointError);
  return error as CheckpointError;
};

describe('writeCheckpoint', () => {
  it('writes one file unless that is too large', async () => {
    await writeCheckpoint(directory, name, tensors());
    expect(await readdir(directory)).toEqual([name]);
    expect(await load()).toEqual(tensors());
  });

  it('divides tensors in order into files of at most maxShardSize, under an index as transformers writes it', async () => {
    await writeCheckpoint(directory, name, tensors(), 500);
    const shards = [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`);
    expect(await readdir(directory)).toEqual([...shards, index].sort());
    expect(await readIndex()).toEqual({
      metadata: { total_parameters: 250, total_size: 1000 },
      weight_map: { 'layer.0': shards[0], 'layer.1': shards[0], 'layer.2': shards[1], 'layer.3': shards[2] },
    });
    expect(await load()).toEqual(tensors());
  });

  it.each([
    ['300B', 3],
    ['0.3KB', 3],
    ['1KB', 1],
    ['0.7KiB', 2],
    ['1MB', 1],
    [1, 4],
  ] as const)('takes %s for a size: %i files', async (size, count) => {
    await writeCheckpoint(directory, name, tensors(), size);
    expect((await readdir(directory)).filter((file) => file.endsWith('.safetensors'))).toHaveLength(count);
  });

  it.each(['5 GB', 'GB', '-1GB', '5gb', 0, -1, Number.NaN] as never[])('refuses %j for a size', async (size) => {
    await expect(writeCheckpoint(directory, name, tensors(), size)).rejects.toThrow("such as '5GB'");
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes away what an older checkpoint left, so that the new one is loaded', async () => {
    await writeFile(join(directory, 'model-card.safetensors'), 'not a shard');
    await writeCheckpoint(directory, name, tensors());
    for (const [size, files] of [
      [500, 4],
      [1, 5],
      [700, 3],
      [1000, 1],
    ] as const) {
      await writeCheckpoint(directory, name, tensors(size), size);
      expect(await readdir(directory)).toHaveLength(files + 1);
      expect(await load()).toEqual(tensors(size));
    }
  });

  it('leaves the old checkpoint as it is when the new one is refused half way', async () => {
    await writeCheckpoint(directory, name, tensors(), 500);
    const broken: [string, ReturnType<typeof tensor>] = ['broken', { ...tensor(100), shape: [1] }];
    await expect(writeCheckpoint(directory, name, [...tensors(7), broken], 500)).rejects.toThrow('"broken"');
    expect(await readdir(directory)).toHaveLength(4);
    expect(await load()).toEqual(tensors());
  });
});

describe('a checkpoint of several files', () => {
  beforeEach(() => writeCheckpoint(directory, name, tensors(), 500));

  it('loads from the Hub and from a web server too', async () => {
    const names = await readdir(directory);
    const files = Object.fromEntries(
      await Promise.all(names.map(async (file) => [file, await readFile(join(directory, file))] as const)),
    );
    const hub = await startFakeHub({ repos: { 'someone/large': { files } } });
    const server = createServer((request, response) => {
      const body = files[request.url!.slice(1)];
      response.writeHead(body ? 200 : 404).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const cacheDir = join(directory, 'cache');
      expect(await load('someone/large', { hubUrl: hub.url, cacheDir })).toEqual(tensors());
      expect(await load(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toEqual(tensors());
    } finally {
      await hub.close();
      server.close();
    }
  });

  it('gives way to a single file beside it, as in transformers', async () => {
    await writeSafetensors(join(directory, name), [['alone', tensor(1)]]);
    expect(await load()).toEqual([['alone', tensor(1)]]);
  });

  const editMap = async (change: (map: Record<string, unknown>) => void) => {
    const json = await readIndex();
    change(json.weight_map);
    await writeFile(join(directory, index), JSON.stringify(json));
  };
  const shard = (i: number) => join(directory, `model-0000${i}-of-00003.safetensors`);

  it('is refused when a shard is not there, before any other is read', async () => {
    await rm(shard(1));
    await writeFile(shard(2), 'broken');
    const error = await refusal();
    expect(error.message).toMatch(
      /the shard model-00001-of-00003.safetensors is not there, with 2 of 4 tensors: "layer.0", "layer.1"/,
    );
    expect(error.tensors).toEqual(['layer.0', 'layer.1']);
  });

  it('is refused when a shard is broken, and named', async () => {
    const bytes = await readFile(shard(2));
    await writeFile(shard(2), bytes.subarray(0, -1));
    expect((await refusal()).message).toMatch(/model-00002-of-00003.*cut short/);
  });

  it.each([
    [
      'lists a tensor that is in no shard',
      (map) => (map['lost'] = map['layer.0']),
      /none of its shards: "lost"/,
      ['lost'],
    ],
    [
      'lists a tensor in another shard',
      (map) => (map['layer.0'] = map['layer.3']),
      /another shard .*: "layer.0"/,
      ['layer.0'],
    ],
    ['does not list a tensor', (map) => delete map['layer.1'], /does not list tensors .*: "layer.1"/, ['layer.1']],
  ] as [string, (map: Record<string, unknown>) => void, RegExp, string[]][])(
    'is refused when the index %s',
    async (_, change, message, names) => {
      await editMap(change);
      const error = await refusal();
      expect(error.message).toMatch(message);
      expect(error.message).toContain(index);
      expect(error.tensors).toEqual(names);
    },
  );

  it('is refused when two shards hold the same tensor', async () => {
    await writeSafetensors(shard(2), [tensors()[2]!, tensors()[0]!]);
    expect((await refusal()).message).toMatch(/hold the same tensors: "layer.0"/);
  });

  it.each([
    '../model.safetensors',
    'a/b.safetensors',
    '/etc/x.safetensors',
    '..\\x.safetensors',
    'C:x.safetensors',
    '.x.safetensors',
    'model.bin',
    '',
    7,
    null,
    ['x.safetensors'],
  ])('is refused when the index names the shard %j', async (file) => {
    await editMap((map) => (map['layer.0'] = file));
    const error = await refusal();
    expect(error.message).toContain('expected a file beside it');
    expect(error.tensors).toEqual(['layer.0']);
  });

  it.each(['', '{', '[]', 'null', '{}', '{"weight_map": null}', '{"weight_map": []}', '{"weight_map": {}}'])(
    'is refused when the index is %j',
    async (text) => {
      await writeFile(join(directory, index), text);
      expect((await refusal()).message).toContain(index);
    },
  );
});
