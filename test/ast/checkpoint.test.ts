import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { CheckpointError } from '../../src/errors.js';
import { memorySource, openSafetensors, writeSafetensors } from '../../src/hub/index.js';
import { tensorsLeft } from '../support/backends.js';
import { startFakeHub } from '../support/fakeHub.js';
import { describeWithShared, readGolden, sharedPath } from '../support/golden.js';
import { tinyConfig, tinyModel } from '../support/tinyModel.js';

beforeAll(async () => void (await useBackend('cpu')));

const values = (model: ASTForAudioClassification): [string, number[]][] =>
  [...model.parameters()].map(([name, parameter]) => [name, [...parameter.dataSync()]]);

const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'ast-ts-'));
const readJson = async (...path: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(...path), 'utf8'));

describe('a saved model', () => {
  it('loads with the same bits, labels and settings', async () => {
    const model = tinyModel({ qkvBias: false, layerNormEps: 1e-6, problemType: 'multi_label_classification' }, 3);
    const directory = await newDirectory();
    await model.savePretrained(directory);
    const loaded = await ASTForAudioClassification.fromPretrained(directory);
    expect(values(loaded)).toEqual(values(model));
    expect(loaded.labels).toEqual(model.labels);
    expect(loaded.config).toEqual(model.config);
    expect(loaded.extractorConfig).toMatchObject({ ...model.extractorConfig, otherKeys: {} });
  });

  it('loads the same from several files, and from one again', async () => {
    const model = tinyModel();
    const directory = await newDirectory();
    await model.savePretrained(directory, { maxShardSize: '2KB' });
    const shards = (await readdir(directory)).filter((name) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(name));
    expect(shards.length).toBeGreaterThan(2);
    expect(values(await ASTForAudioClassification.fromPretrained(directory))).toEqual(values(model));
    await model.savePretrained(directory);
    expect(await readdir(directory)).toEqual(['config.json', 'model.safetensors', 'preprocessor_config.json']);
    expect(values(await ASTForAudioClassification.fromPretrained(directory))).toEqual(values(model));
  });

  it('frees every tensor on dispose', async () => {
    const directory = await newDirectory();
    await tinyModel().savePretrained(directory);
    expect(await tensorsLeft(async () => (await ASTForAudioClassification.fromPretrained(directory)).dispose())).toBe(
      0,
    );
  });

  it('loads from the Hub by its id, cached, with progress', async () => {
    const directory = await newDirectory();
    const model = tinyModel();
    await model.savePretrained(directory);
    const names = ['config.json', 'preprocessor_config.json', 'model.safetensors'];
    const files = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)),
    );
    const hub = await startFakeHub({ repos: { 'someone/tiny-ast': { files } } });
    try {
      const progress: string[] = [];
      const options = {
        hubUrl: hub.url,
        cacheDir: await newDirectory(),
        onProgress: ({ file }: { file: string }) => void progress.push(file),
      };
      expect(values(await ASTForAudioClassification.fromPretrained('someone/tiny-ast', options))).toEqual(
        values(model),
      );
      expect(new Set(progress)).toEqual(new Set(names));
      const downloads = progress.length;
      await ASTForAudioClassification.fromPretrained('someone/tiny-ast', options);
      expect(progress).toHaveLength(downloads);
    } finally {
      await hub.close();
    }
  });
});

describe('new labels', () => {
  it('replace the last layer, from a seed, and nothing else', async () => {
    const directory = await newDirectory();
    const model = tinyModel();
    await model.savePretrained(directory);
    const load = (seed: number) =>
      ASTForAudioClassification.fromPretrained(directory, { labels: ['dog', 'cat'], seed });
    const [a, same, other] = [values(await load(1)), values(await load(1)), values(await load(2))];
    expect(a).toEqual(same);
    const before = new Map(values(model));
    const changed = a
      .filter(([name, value]) => JSON.stringify(before.get(name)) !== JSON.stringify(value))
      .map(([name]) => name);
    expect(changed).toEqual(['classifier.dense.weight', 'classifier.dense.bias']);
    expect(
      a.filter(([, value], i) => JSON.stringify(value) !== JSON.stringify(other[i]![1])).map(([name]) => name),
    ).toEqual(['classifier.dense.weight']);
  });

  it('keep the last layer when they are those of the checkpoint, in its order', async () => {
    const directory = await newDirectory();
    const model = tinyModel();
    await model.savePretrained(directory);
    const load = async (labels: readonly string[]) =>
      values(await ASTForAudioClassification.fromPretrained(directory, { labels, seed: 5 }));
    expect(await load(model.labels)).toEqual(values(model));
    expect(await load([...model.labels].reverse())).not.toEqual(values(model));
  });

  it('must be different names', async () => {
    await expect(ASTForAudioClassification.fromPretrained('nowhere', { labels: ['dog', 'dog'] })).rejects.toThrow(
      "got 'dog' twice",
    );
    expect(() => ASTForAudioClassification.fromConfig(tinyConfig, { labels: [] })).toThrow('got none');
  });
});

describe('another maxLength', () => {
  const positions = 'audio_spectrogram_transformer.embeddings.position_embeddings';

  /** A model whose position embeddings say where they are: token t of frequency f holds 10 f + t. */
  async function savedWithPositions(): Promise<string> {
    const model = tinyModel({ maxLength: 40 }); // 2 x 5 patches
    const rows = Array.from({ length: 12 }, (_, token) =>
      token < 2 ? -1 - token : 10 * Math.floor((token - 2) / 5) + ((token - 2) % 5),
    );
    model
      .parameters()
      .get(positions)!
      .assign(
        tf.tensor(
          rows.flatMap((row) => Array(8).fill(row)),
          [1, 12, 8],
        ),
      );
    const directory = await newDirectory();
    await model.savePretrained(directory);
    return directory;
  }
  const positionsOf = (model: ASTForAudioClassification): number[] =>
    [...model.parameters().get(positions)!.dataSync()].filter((_, i) => i % 8 === 0);

  it('cuts the position embeddings around the centre in time when shorter', async () => {
    const model = await ASTForAudioClassification.fromPretrained(await savedWithPositions(), { maxLength: 24 });
    expect(model.config.maxLength).toBe(24);
    expect(model.extractorConfig.maxLength).toBe(24);
    // floor(5 / 2) - floor(3 / 2) = 1: columns 1 to 3 of 0 to 4.
    expect(positionsOf(model)).toEqual([-1, -2, 1, 2, 3, 11, 12, 13]);
  });

  it('interpolates them in time when longer', async () => {
    const model = await ASTForAudioClassification.fromPretrained(await savedWithPositions(), { maxLength: 80 });
    // torch.nn.functional.interpolate(mode='bilinear') of 0..4 to 10 columns.
    const expected = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4];
    expect(positionsOf(model)).toEqual([-1, -2, ...expected, ...expected.map((value) => 10 + value)]);
  });
});

describe('a checkpoint is refused', () => {
  let directory: string;
  let tensors: [string, { shape: readonly number[]; data: Float32Array }][];

  beforeEach(async () => {
    directory = await newDirectory();
    await tinyModel().savePretrained(directory);
    const file = await openSafetensors(
      memorySource('model', new Uint8Array(await readFile(join(directory, 'model.safetensors')))),
    );
    tensors = [];
    for await (const entry of file.readAll()) tensors.push(entry);
  });

  const write = () => writeSafetensors(join(directory, 'model.safetensors'), tensors);
  const load = (options = {}) => ASTForAudioClassification.fromPretrained(directory, options);
  const edit = async (name: string, change: object) =>
    writeFile(join(directory, name), JSON.stringify({ ...(await readJson(directory, name)), ...change }));

  it('when tensors are missing, surplus or misshapen, with a list of all of them', async () => {
    const [missing, misshapen] = [tensors[2]![0], tensors[5]![0]];
    tensors[5]![1] = { shape: [1, tensors[5]![1].data.length], data: tensors[5]![1].data };
    tensors = [
      ...tensors.filter(([name]) => name !== missing),
      ['classifier.extra', { shape: [1], data: new Float32Array(1) }],
    ];
    await write();
    const error = (await load().catch((error: Error) => error)) as CheckpointError;
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error.tensors).toEqual([missing, 'classifier.extra', misshapen]);
    expect(error.message).toContain(
      `1 missing: ${missing}. 1 not known: classifier.extra. 1 of another shape: ${misshapen}: expected [8,8], got [1,64].`,
    );
  });

  it('when the head is missing, unless labels make it new', async () => {
    tensors = tensors.filter(([name]) => !name.startsWith('classifier.dense'));
    await write();
    await expect(load()).rejects.toThrow('2 missing: classifier.dense.weight; classifier.dense.bias.');
    expect((await load({ labels: ['a'] })).labels).toEqual(['a']);
  });

  it.each([
    ['config.json', { hidden_size: 'big' }, /key 'hidden_size': expected number, got "big"/],
    [
      'config.json',
      { model_type: 'wav2vec2' },
      /key 'model_type': expected "audio-spectrogram-transformer", got "wav2vec2"/,
    ],
    ['config.json', { num_attention_heads: 3 }, /numAttentionHeads: expected a divisor of hiddenSize 8, got 3/],
    ['config.json', { hidden_act: 'relu' }, /key 'hidden_act': expected "gelu", got "relu"/],
    ['config.json', { id2label: { 0: 'a', 2: 'b' } }, /id2label: expected keys 0 to 1, 1 is missing/],
    ['preprocessor_config.json', { num_mel_bins: -3 }, /num_mel_bins/],
  ])('when %s says %j', async (name, change, message) => {
    await edit(name, change);
    await expect(load()).rejects.toThrow(message);
    await expect(load()).rejects.toBeInstanceOf(CheckpointError);
  });

  it('when a file is not there, with what a checkpoint is', async () => {
    const empty = await newDirectory();
    await cp(join(directory, 'config.json'), join(empty, 'config.json'));
    await expect(ASTForAudioClassification.fromPretrained(empty)).rejects.toThrow(
      /has no preprocessor_config.json. A checkpoint is a directory/,
    );
  });

  it('without leaving tensors behind', async () => {
    tensors[9]![1] = { shape: [1], data: new Float32Array(1) };
    await write();
    expect(await tensorsLeft(() => load().catch(() => undefined))).toBe(0);
  });
});

describeWithShared('a checkpoint of Hugging Face', 'golden/ast-tiny', () => {
  it('is written back with the same names, shapes, bits and config keys', async () => {
    const directory = await newDirectory();
    const source = sharedPath('golden/ast-tiny');
    await (await ASTForAudioClassification.fromPretrained(source)).savePretrained(directory);
    const file = await openSafetensors(
      memorySource('saved', new Uint8Array(await readFile(join(directory, 'model.safetensors')))),
    );
    const golden = readGolden('golden/ast-tiny/model.safetensors');
    expect([...file.tensors.keys()].sort()).toEqual([...golden.keys()].sort());
    expect(file.metadata).toEqual({ format: 'pt' });
    for (const [name, { shape, data }] of golden) {
      expect(file.tensors.get(name)!.dtype).toBe('F32');
      const saved = await file.read(name);
      expect(saved.shape).toEqual(shape);
      expect([...saved.data]).toEqual([...data]);
    }
    for (const name of ['config.json', 'preprocessor_config.json'])
      expect(await readJson(directory, name)).toEqual(await readJson(source, name));
  });
});
