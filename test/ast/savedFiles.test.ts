import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { memorySource, openSafetensors } from '../../src/hub/index.js';
import { describeWithShared, sharedPath } from '../support/golden.js';
import { tinyLabels, tinyModel } from '../support/tinyModel.js';

/** The keys of `ASTForAudioClassification.save_pretrained`'s config.json, and what this library writes for the tiny model. */
const configTable: Record<string, unknown> = {
  architectures: ['ASTForAudioClassification'],
  attention_probs_dropout_prob: 0,
  frequency_stride: 8,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0,
  hidden_size: 8,
  id2label: { 0: 'bird', 1: 'water', 2: 'wind' },
  initializer_range: 0.02,
  intermediate_size: 16,
  label2id: { bird: 0, water: 1, wind: 2 },
  layer_norm_eps: 1e-12,
  max_length: 24,
  model_type: 'audio-spectrogram-transformer',
  num_attention_heads: 2,
  num_hidden_layers: 2,
  num_mel_bins: 16,
  patch_size: 8,
  qkv_bias: true,
  time_stride: 8,
  torch_dtype: 'float32',
};

/** The keys of `ASTFeatureExtractor.save_pretrained`'s preprocessor_config.json. */
const preprocessorTable: Record<string, unknown> = {
  do_normalize: true,
  feature_extractor_type: 'ASTFeatureExtractor',
  feature_size: 1,
  max_length: 24,
  mean: -4.2677393,
  num_mel_bins: 16,
  padding_side: 'right',
  padding_value: 0,
  return_attention_mask: false,
  sampling_rate: 16000,
  std: 4.5689974,
};

/** The tensors of `ASTForAudioClassification` of transformers: `#` is the number of a block. */
const tensorTable: readonly (readonly [name: string, shape: readonly number[]])[] = [
  ['audio_spectrogram_transformer.embeddings.cls_token', [1, 1, 8]],
  ['audio_spectrogram_transformer.embeddings.distillation_token', [1, 1, 8]],
  ['audio_spectrogram_transformer.embeddings.position_embeddings', [1, 8, 8]],
  ['audio_spectrogram_transformer.embeddings.patch_embeddings.projection.weight', [8, 1, 8, 8]],
  ['audio_spectrogram_transformer.embeddings.patch_embeddings.projection.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.attention.query.weight', [8, 8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.attention.query.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.attention.key.weight', [8, 8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.attention.key.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.attention.value.weight', [8, 8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.attention.value.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.output.dense.weight', [8, 8]],
  ['audio_spectrogram_transformer.encoder.layer.#.attention.output.dense.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.intermediate.dense.weight', [16, 8]],
  ['audio_spectrogram_transformer.encoder.layer.#.intermediate.dense.bias', [16]],
  ['audio_spectrogram_transformer.encoder.layer.#.output.dense.weight', [8, 16]],
  ['audio_spectrogram_transformer.encoder.layer.#.output.dense.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.layernorm_before.weight', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.layernorm_before.bias', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.layernorm_after.weight', [8]],
  ['audio_spectrogram_transformer.encoder.layer.#.layernorm_after.bias', [8]],
  ['audio_spectrogram_transformer.layernorm.weight', [8]],
  ['audio_spectrogram_transformer.layernorm.bias', [8]],
  ['classifier.layernorm.weight', [8]],
  ['classifier.layernorm.bias', [8]],
  ['classifier.dense.weight', [3, 8]],
  ['classifier.dense.bias', [3]],
];

let directory: string;
beforeAll(async () => void (await useBackend('cpu')));
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'ast-ts-'))));
afterEach(() => rm(directory, { recursive: true }));

const readJson = async (...path: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(...path), 'utf8'));
const load = () => ASTForAudioClassification.fromPretrained(directory);
/** Replaces keys of a saved file; `undefined` takes a key away. */
const edit = async (name: string, change: Record<string, unknown>) =>
  writeFile(join(directory, name), JSON.stringify({ ...(await readJson(directory, name)), ...change }));

async function tensorsOf(path: string) {
  const file = await openSafetensors(memorySource(path, new Uint8Array(await readFile(path))));
  return [...file.tensors].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
}

describe('savePretrained writes what transformers writes', () => {
  beforeEach(() => tinyModel().savePretrained(directory));

  it('in config.json', async () => {
    expect(await readJson(directory, 'config.json')).toEqual(configTable);
  });

  it('in config.json with problem_type where a sound has several labels', async () => {
    await tinyModel({ problemType: 'multi_label_classification' }).savePretrained(directory);
    expect(await readJson(directory, 'config.json')).toEqual({
      ...configTable,
      problem_type: 'multi_label_classification',
    });
  });

  it('in preprocessor_config.json', async () => {
    expect(await readJson(directory, 'preprocessor_config.json')).toEqual(preprocessorTable);
  });

  it('in model.safetensors', async () => {
    const expected = tensorTable.flatMap(([name, shape]) =>
      (name.includes('#') ? ['0', '1'] : ['']).map((block) => ({
        name: name.replace('#', block),
        shape,
        dtype: 'F32',
      })),
    );
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect((await tensorsOf(join(directory, 'model.safetensors'))).sort(byName)).toEqual(expected.sort(byName));
  });
});

describeWithShared('the tables', 'golden/ast-tiny', () => {
  const source = sharedPath('golden/ast-tiny');

  it('have the keys of a checkpoint that transformers 4.44 wrote, but its version', async () => {
    const keys = Object.keys(await readJson(source, 'config.json'));
    expect(keys.sort()).toEqual([...Object.keys(configTable), 'transformers_version'].sort());
    expect(Object.keys(await readJson(source, 'preprocessor_config.json')).sort()).toEqual(
      Object.keys(preprocessorTable).sort(),
    );
  });

  it('have its tensors', async () => {
    const names = (await tensorsOf(join(source, 'model.safetensors'))).map(({ name }) =>
      name.replace(/\.\d+\./, '.#.'),
    );
    expect([...new Set(names)].sort()).toEqual(tensorTable.map(([name]) => name).sort());
  });
});

describe('a checkpoint of another version of transformers', () => {
  beforeEach(() => tinyModel().savePretrained(directory));

  it('may have dtype, as from version 5 on, and gets it back without torch_dtype', async () => {
    await edit('config.json', { torch_dtype: undefined, dtype: 'bfloat16' });
    await (await load()).savePretrained(directory);
    const { torch_dtype: _, ...others } = configTable;
    expect(await readJson(directory, 'config.json')).toEqual({ ...others, dtype: 'float32' });
  });

  it.each([
    ['id2label alone', { label2id: undefined }, ['bird', 'water', 'wind']],
    ['label2id alone', { id2label: undefined }, ['bird', 'water', 'wind']],
    [
      'label2id with ids as strings',
      { id2label: undefined, label2id: { wind: '2', bird: '0', water: '1' } },
      ['bird', 'water', 'wind'],
    ],
    ['id2label beside label2id with ids as strings', { label2id: { bird: '0', water: '1', wind: '2' } }, tinyLabels],
    ['id2label null and label2id', { id2label: null }, ['bird', 'water', 'wind']],
    [
      'num_labels alone',
      { id2label: undefined, label2id: undefined, num_labels: 3 },
      ['LABEL_0', 'LABEL_1', 'LABEL_2'],
    ],
  ])('may name its classes by %s', async (_, change, labels) => {
    await edit('config.json', change);
    expect((await load()).labels).toEqual(labels);
  });

  it('may not leave out a class', async () => {
    await edit('config.json', { id2label: undefined, label2id: { bird: 0, water: 1, wind: 3 } });
    await expect(load()).rejects.toThrow('label2id: expected ids 0 to 2, 2 is missing.');
  });

  it('may leave out every key that has its default', async () => {
    const without = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, undefined]));
    await edit(
      'config.json',
      without([
        'architectures',
        'attention_probs_dropout_prob',
        'hidden_act',
        'hidden_dropout_prob',
        'initializer_range',
        'layer_norm_eps',
        'model_type',
        'qkv_bias',
        'torch_dtype',
      ]),
    );
    const defaults = ['max_length', 'num_mel_bins'];
    await edit(
      'preprocessor_config.json',
      without(Object.keys(preprocessorTable).filter((key) => !defaults.includes(key))),
    );
    await (await load()).savePretrained(directory);
    expect(await readJson(directory, 'config.json')).toEqual(configTable);
    expect(await readJson(directory, 'preprocessor_config.json')).toEqual(preprocessorTable);
  });

  it('keeps keys that this library does not know', async () => {
    await edit('config.json', { transformers_version: '5.0.0', output_attentions: false });
    await edit('preprocessor_config.json', { processor_class: 'ASTProcessor' });
    await (await load()).savePretrained(directory);
    expect(await readJson(directory, 'config.json')).toMatchObject({
      transformers_version: '5.0.0',
      output_attentions: false,
    });
    expect(await readJson(directory, 'preprocessor_config.json')).toMatchObject({ processor_class: 'ASTProcessor' });
  });
});
