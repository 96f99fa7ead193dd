import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ASTConfig, ASTForAudioClassification, addLora, astPresets } from '../../src/ast/index.js';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { useBackend } from '../../src/backends/index.js';
import { CheckpointError } from '../../src/errors.js';
import { encodeOnnx, exportOnnx } from '../../src/export/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tensorsLeft } from '../support/backends.js';
import { describeWithShared, readGolden, relativeError, sharedPath } from '../support/golden.js';
import { tinyModel } from '../support/tinyModel.js';

beforeAll(() => useBackend('onnxruntime').then(() => undefined));

/** Weights large enough that every part of the model shows in the logits. */
const wide = { hiddenSize: 32, intermediateSize: 64, initializerRange: 0.2 };

const inputOf = ({ config }: ASTForAudioClassification, batch: number): tf.Tensor3D =>
  tf.randomNormal([batch, config.maxLength, config.numMelBins], 0, 1, 'float32', 5);

/** The logits of an exported file, as ONNX Runtime computes them. */
async function logitsOf(file: string | Uint8Array, input: tf.Tensor3D): Promise<Float32Array> {
  const session = await InferenceSession.create(file as string);
  const { logits } = await session.run({ input_values: new Tensor('float32', await input.data(), input.shape) });
  expect(logits!.dims[0]).toBe(input.shape[0]);
  await session.release();
  return logits!.data as Float32Array;
}

const readJson = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'));

describe('an exported model', () => {
  it.each<[string, Partial<ASTConfig>]>([
    ['of the tiny preset', { ...astPresets.tiny, initializerRange: 0.2 }],
    ['of the small preset', { ...astPresets.small, maxLength: 128 }],
    [
      'with overlapping patches, as AST-base',
      { ...wide, frequencyStride: 10, timeStride: 10, maxLength: 60, numMelBins: 32 },
    ],
    [
      'with other strides in time than in frequency',
      { ...wide, patchSize: 8, frequencyStride: 5, timeStride: 7, maxLength: 100, numMelBins: 24 },
    ],
    ['without biases of query, key and value', { ...wide, qkvBias: false, maxLength: 64, numMelBins: 32 }],
    ['with an epsilon that matters', { ...wide, layerNormEps: 0.1, maxLength: 64, numMelBins: 32 }],
    [
      'for several labels a sound',
      { ...wide, problemType: 'multi_label_classification', maxLength: 64, numMelBins: 32 },
    ],
  ])('%s gives our logits, of one clip and of three', async (_, config) => {
    const sizes = { numHiddenLayers: 2, numAttentionHeads: 4, ...config };
    const model = ASTForAudioClassification.fromConfig(sizes, { labels: ['a', 'b', 'c', 'd', 'e'], seed: 3 });
    const directory = temporaryDirectory();
    await exportOnnx(model, directory);
    for (const batch of [1, 3]) {
      const input = inputOf(model, batch);
      const ours = await model.forward(input).logits.data();
      expect(relativeError(await logitsOf(join(directory, 'onnx/model.onnx'), input), ours)).toBeLessThan(2e-6);
    }
  });

  it('has config.json and preprocessor_config.json as savePretrained writes them, and what transformers.js takes by itself', async () => {
    const [saved, exported] = [temporaryDirectory(), temporaryDirectory()];
    const extractorConfig = new MelSpectrogramExtractor({ maxLength: 24, numMelBins: 16, mean: -6.6, std: 5.4 }).config;
    const model = tinyModel();
    await model.savePretrained(saved, { extractorConfig });
    await exportOnnx(model, exported, { extractorConfig });
    const { 'transformers.js_config': defaults, ...config } = await readJson(exported, 'config.json');
    expect(config).toEqual(await readJson(saved, 'config.json'));
    expect(defaults).toEqual({ dtype: 'fp32' });
    expect(await readJson(exported, 'preprocessor_config.json')).toEqual(
      await readJson(saved, 'preprocessor_config.json'),
    );
    await exportOnnx(model, exported, { dtype: 'int8' });
    expect((await readJson(exported, 'config.json'))['transformers.js_config']).toEqual({ dtype: 'q8' });
    await exportOnnx(model, exported, { dtype: ['fp32', 'int8'] });
    expect(await readJson(exported, 'config.json')).not.toHaveProperty(['transformers.js_config']);
    expect((await readdir(exported, { recursive: true })).sort()).toEqual([
      'config.json',
      'onnx',
      'onnx/model.onnx',
      'onnx/model_quantized.onnx',
      'preprocessor_config.json',
    ]);
  });

  it('keeps keys of config.json that this library does not know, but not what was said of other ONNX files', async () => {
    const [source, exported] = [temporaryDirectory(), temporaryDirectory()];
    await tinyModel().savePretrained(source);
    const custom = { transformers_version: '5.0.0', 'transformers.js_config': { use_external_data_format: true } };
    await writeFile(
      join(source, 'config.json'),
      JSON.stringify({ ...(await readJson(source, 'config.json')), ...custom }),
    );
    await exportOnnx(await ASTForAudioClassification.fromPretrained(source), exported);
    expect(await readJson(exported, 'config.json')).toMatchObject({
      transformers_version: '5.0.0',
      'transformers.js_config': { dtype: 'fp32' },
    });
  });

  it('may have a window of another length than its checkpoint', async () => {
    const [source, exported] = [temporaryDirectory(), temporaryDirectory()];
    await tinyModel({ ...wide, maxLength: 48 }).savePretrained(source);
    const model = await ASTForAudioClassification.fromPretrained(source, { maxLength: 32 });
    await exportOnnx(model, exported);
    const input = inputOf(model, 2);
    const logits = await logitsOf(join(exported, 'onnx/model.onnx'), input);
    expect(relativeError(logits, await model.forward(input).logits.data())).toBeLessThan(2e-6);
    expect((await readJson(exported, 'preprocessor_config.json')).max_length).toBe(32);
  });

  it('holds an adapter that was merged, and is refused with one that is not', async () => {
    const model = tinyModel(wide);
    const lora = addLora(model, { rank: 2, seed: 1 });
    for (const [name, matrix] of lora.parameters())
      if (name.includes('lora_B')) matrix.assign(tf.randomNormal(matrix.shape, 0, 0.5, 'float32', 3));
    expect(() => encodeOnnx(model)).toThrow(CheckpointError);
    expect(() => encodeOnnx(model)).toThrow('merge() it to export both');
    const input = inputOf(model, 1);
    const ours = await model.forward(input).logits.data();
    lora.merge();
    const directory = temporaryDirectory();
    await exportOnnx(model, directory);
    expect(relativeError(await logitsOf(join(directory, 'onnx/model.onnx'), input), ours)).toBeLessThan(1e-5);
  });

  it('leaves no tensor behind, and can be made from the chunks alone', async () => {
    const model = tinyModel(wide);
    const files = new Map<string, Uint8Array>();
    const left = await tensorsLeft(async () => {
      for (const { path, chunks } of encodeOnnx(model, { dtype: ['fp32', 'int8'] })) {
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for await (const chunk of chunks) parts.push(chunk);
        files.set(path, new Uint8Array(await new Blob(parts).arrayBuffer()));
      }
    });
    expect(left).toBe(0);
    const input = inputOf(model, 1);
    const ours = await model.forward(input).logits.data();
    expect(relativeError(await logitsOf(files.get('onnx/model.onnx')!, input), ours)).toBeLessThan(2e-6);
    expect(JSON.parse(new TextDecoder().decode(files.get('config.json')))).toMatchObject({ num_mel_bins: 16 });
  });
});

describe('a model exported in int8', () => {
  // Weights with a sign would give 10 to 30 % on processors without VNNI, which add products in 16 bits.
  it.each([0, 1, 2, 3])('gives logits within a few percent of the largest, weights of seed %i', async (seed) => {
    const directory = temporaryDirectory();
    const model = tinyModel({ ...wide, hiddenSize: 64, intermediateSize: 128 }, seed);
    await exportOnnx(model, directory, { dtype: 'int8' });
    for (const batch of [1, 3]) {
      const input = inputOf(model, batch);
      const ours = await model.forward(input).logits.data();
      const error = relativeError(await logitsOf(join(directory, 'onnx/model_quantized.onnx'), input), ours);
      expect(error).toBeLessThan(0.06);
      expect(error).toBeGreaterThan(0);
    }
  });

  it('is a quarter as large', async () => {
    const directory = temporaryDirectory();
    const model = ASTForAudioClassification.fromConfig({ ...astPresets.small, maxLength: 128 });
    await exportOnnx(model, directory, { dtype: ['fp32', 'int8'] });
    const [whole, quarter] = await Promise.all(
      ['model.onnx', 'model_quantized.onnx'].map((name) => stat(join(directory, 'onnx', name))),
    );
    expect(quarter!.size / whole!.size).toBeLessThan(0.3);
  });
});

describe('an export is refused before a file is written', () => {
  it.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
    [
      'an unknown dtype',
      () => encodeOnnx(tinyModel(), { dtype: 'q4' as 'int8' }),
      RangeError,
      /fp32 or int8, or both, got q4/,
    ],
    ['no dtype', () => encodeOnnx(tinyModel(), { dtype: [] }), RangeError, /got none/],
    [
      'sizes that int8 cannot have',
      () => encodeOnnx(tinyModel({ hiddenSize: 10 }), { dtype: 'int8' }),
      RangeError,
      /hiddenSize to be a multiple of 4, got 10; export fp32/,
    ],
    [
      'features of another length',
      () => encodeOnnx(tinyModel(), { extractorConfig: new MelSpectrogramExtractor({ numMelBins: 16 }).config }),
      RangeError,
      /extractorConfig.maxLength to be 24, as the model's, got 1024/,
    ],
    [
      'a disposed model',
      () => {
        const model = tinyModel();
        model.dispose();
        return encodeOnnx(model);
      },
      CheckpointError,
      /was disposed/,
    ],
  ])('for %s', (_, run, type, message) => {
    expect(run).toThrow(type);
    expect(run).toThrow(message);
  });

  it('for a model that was loaded in int8', async () => {
    const directory = temporaryDirectory();
    await tinyModel().savePretrained(directory);
    const model = await ASTForAudioClassification.fromPretrained(directory, { dtype: 'int8' });
    await expect(exportOnnx(model, join(directory, 'out'))).rejects.toThrow(
      "load it without, and export it with { dtype: 'int8' }",
    );
    expect(await readdir(directory)).not.toContain('out');
  });
});

describeWithShared('an exported golden checkpoint', 'golden/ast-tiny', () => {
  it("gives PyTorch's logits", async () => {
    const golden = readGolden('golden/ast-tiny/io.safetensors');
    const directory = temporaryDirectory();
    await exportOnnx(await ASTForAudioClassification.fromPretrained(sharedPath('golden/ast-tiny')), directory);
    const { data, shape } = golden.get('input_values')!;
    const input = tf.tensor3d(data as Float32Array, shape as [number, number, number]);
    const logits = await logitsOf(join(directory, 'onnx/model.onnx'), input);
    expect(relativeError(logits, golden.get('logits')!.data)).toBeLessThan(1e-5);
  });
});
