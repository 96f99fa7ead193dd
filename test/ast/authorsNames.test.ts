import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ASTConfig, ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { CheckpointError } from '../../src/errors.js';
import { writeSafetensors } from '../../src/hub/index.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyModel } from '../support/tinyModel.js';

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;

/** transformers' name of each tensor of the authors' model, without weight or bias; `0` stands for the block. */
const names = {
  'v.cls_token': 'embeddings.cls_token',
  'v.dist_token': 'embeddings.distillation_token',
  'v.pos_embed': 'embeddings.position_embeddings',
  'v.patch_embed.proj': 'embeddings.patch_embeddings.projection',
  'v.norm': 'layernorm',
};
const blockNames = {
  norm1: 'layernorm_before',
  'attn.proj': 'attention.output.dense',
  norm2: 'layernorm_after',
  'mlp.fc1': 'intermediate.dense',
  'mlp.fc2': 'output.dense',
};

/** What the authors' code would have saved of a model: timm's names, query, key and value in one, the heads it began with. */
function asAuthors(model: ASTForAudioClassification, prefix: string): Tensors {
  const own = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const [name, parameter] of model.parameters())
    own.set(name, { shape: parameter.shape, data: parameter.dataSync() as Float32Array });
  const tensors: Tensors = new Map();
  const copy = (to: string, from: string) => {
    for (const suffix of ['', '.weight', '.bias'])
      if (own.has(from + suffix)) tensors.set(prefix + to + suffix, own.get(from + suffix)!);
  };
  const encoder = 'audio_spectrogram_transformer';
  for (const [to, from] of Object.entries(names)) copy(to, `${encoder}.${from}`);
  for (let i = 0; i < model.config.numHiddenLayers; i++) {
    const block = `${encoder}.encoder.layer.${i}`;
    for (const [to, from] of Object.entries(blockNames)) copy(`v.blocks.${i}.${to}`, `${block}.${from}`);
    for (const suffix of ['weight', 'bias']) {
      const parts = ['query', 'key', 'value'].map((part) => own.get(`${block}.attention.attention.${part}.${suffix}`));
      if (parts[0] === undefined) continue;
      const [rows, ...rest] = parts[0].shape;
      tensors.set(`${prefix}v.blocks.${i}.attn.qkv.${suffix}`, {
        shape: [3 * rows!, ...rest],
        data: Float32Array.from(parts.flatMap((part) => [...part!.data])),
      });
    }
  }
  copy('mlp_head.0', 'classifier.layernorm');
  copy('mlp_head.1', 'classifier.dense');
  for (const head of ['v.head', 'v.head_dist']) {
    tensors.set(`${prefix}${head}.weight`, { shape: [10, 8], data: new Float32Array(80) });
    tensors.set(`${prefix}${head}.bias`, { shape: [10], data: new Float32Array(10) });
  }
  return tensors;
}

const logitsOf = (model: ASTForAudioClassification): number[] =>
  tf.tidy(() => {
    const { maxLength, numMelBins } = model.config;
    const inputs = tf.randomNormal<tf.Rank.R3>([2, maxLength, numMelBins], 0, 1, 'float32', 5);
    return [...model.forward(inputs).logits.dataSync()];
  });

let directory: string;
beforeAll(async () => void (await useBackend('cpu')));
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'ast-ts-'))));
afterEach(() => rm(directory, { recursive: true }));

const write = (tensors: Tensors) => writeSafetensors(join(directory, 'model.safetensors'), [...tensors]);
const load = () => ASTForAudioClassification.fromPretrained(directory);
const error = async (): Promise<CheckpointError> => {
  const thrown = await load().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CheckpointError);
  return thrown as CheckpointError;
};

describe.each(['module.', ''])("a checkpoint in the AST authors' naming, with the prefix '%s'", (prefix) => {
  it.each([true, false])('loads with its config.json and gives the same logits, qkvBias %s', async (qkvBias) => {
    const model = tinyModel({ qkvBias }, 4);
    await model.savePretrained(directory); // for config.json and preprocessor_config.json
    await write(asAuthors(model, prefix));
    const loaded = await load();
    expect([...loaded.parameters().keys()]).toEqual([...model.parameters().keys()]);
    expect(logitsOf(loaded)).toEqual(logitsOf(model));
    expect(loaded.labels).toEqual(model.labels);
  });
});

/** As narrow as the authors' rules allow: a head is 64 wide. */
const narrow = {
  hiddenSize: 64,
  numHiddenLayers: 1,
  numAttentionHeads: 1,
  intermediateSize: 8,
  numMelBins: 128,
} as const;

describe('a checkpoint of the AST authors without a config.json', () => {
  // The settings of the authors' published models: AudioSet in four strides, ESC-50 and speech commands.
  it.each([
    { frequencyStride: 10, timeStride: 10, maxLength: 1024 },
    { frequencyStride: 12, timeStride: 12, maxLength: 1024 },
    { frequencyStride: 14, timeStride: 14, maxLength: 1024 },
    { frequencyStride: 16, timeStride: 16, maxLength: 1024 },
    { frequencyStride: 10, timeStride: 10, maxLength: 512 },
    { frequencyStride: 10, timeStride: 10, maxLength: 128 },
  ])('has the config that its shapes tell: %j', async (window) => {
    const config: Partial<ASTConfig> = { ...narrow, ...window };
    const model = ASTForAudioClassification.fromConfig(config, { labels: ['LABEL_0', 'LABEL_1', 'LABEL_2'] });
    await write(asAuthors(model, 'module.'));
    const loaded = await load();
    expect(loaded.config).toEqual(model.config);
    expect(loaded.labels).toEqual(model.labels);
    expect(loaded.extractorConfig).toEqual(model.extractorConfig);
    if (window.maxLength === 128) expect(logitsOf(loaded)).toEqual(logitsOf(model));
    model.dispose();
    loaded.dispose();
  });

  it('is saved with the names and files of transformers', async () => {
    const model = ASTForAudioClassification.fromConfig({ ...narrow, maxLength: 128 });
    await write(asAuthors(model, 'module.'));
    await (await load()).savePretrained(directory);
    expect(JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'))).toMatchObject({
      model_type: 'audio-spectrogram-transformer',
      num_attention_heads: 1,
      max_length: 128,
    });
    expect(logitsOf(await load())).toEqual(logitsOf(model));
  });

  it('is refused when its heads cannot be told, with what to do', async () => {
    await write(asAuthors(tinyModel(), 'module.'));
    expect((await error()).message).toMatch(/has no config\.json.*hidden size 8 is no multiple of 64\. Put a config/);
  });

  it.each([
    ['v.cls_token', [1, 1, 0], /hidden size 0 is no multiple/],
    ['v.patch_embed.proj.weight', [0, 1, 0, 0], /patchSize: expected a positive integer, got 0/],
    ['v.patch_embed.proj.weight', [0, 1, 500, 500], /numMelBins: expected at least one patch of 500 bins/],
    ['mlp_head.1.weight', [2 ** 40, 0], /the labels: there are 1099511627776/],
    ['v.pos_embed', [0], /a size: there is no .*position_embeddings/],
  ])('is refused when %s has shape %j', async (name, shape, message) => {
    const tensors = asAuthors(ASTForAudioClassification.fromConfig({ ...narrow, maxLength: 128 }), '');
    await write(tensors.set(name, { shape, data: new Float32Array(0) }));
    expect((await error()).message).toMatch(message);
  });

  it('is refused when its window cannot be told', async () => {
    await write(asAuthors(ASTForAudioClassification.fromConfig({ ...narrow, maxLength: 200 }), 'module.'));
    expect((await error()).message).toMatch(/0 of the authors' settings give 228 patches/);
  });
});

describe("a checkpoint in the AST authors' naming is refused", () => {
  const change = async (edit: (tensors: Tensors) => void) => {
    const model = tinyModel();
    await model.savePretrained(directory);
    const tensors = asAuthors(model, 'module.');
    edit(tensors);
    await write(tensors);
  };

  it('when a tensor is missing or not known', async () => {
    await change((tensors) => {
      tensors.delete('module.v.blocks.1.attn.qkv.weight');
      tensors.set('module.v.blocks.1.attn.extra', { shape: [1], data: new Float32Array(1) });
    });
    const block = 'audio_spectrogram_transformer.encoder.layer.1.attention.attention';
    expect((await error()).tensors).toEqual([
      ...['query', 'key', 'value'].map((part) => `${block}.${part}.weight`),
      'module.v.blocks.1.attn.extra',
    ]);
  });

  it('when query, key and value do not divide, and leaves no tensor', async () => {
    await change((tensors) =>
      tensors.set('module.v.blocks.0.attn.qkv.bias', { shape: [25], data: new Float32Array(25) }),
    );
    expect((await error()).message).toContain('query.bias: expected [8], got [25]');
    expect(await tensorsLeft(error)).toBe(0);
  });
});
