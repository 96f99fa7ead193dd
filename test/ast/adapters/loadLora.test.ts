import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification, addLora, type LoraOptions, loadLora } from '../../../src/ast/index.js';
import { useBackend } from '../../../src/backends/index.js';
import { CheckpointError } from '../../../src/errors.js';
import { encodeSafetensors, memorySource, openSafetensors } from '../../../src/hub/index.js';
import { Trainer } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { tensorsLeft } from '../../support/backends.js';
import { relativeError } from '../../support/golden.js';
import { tinyConfig, tinyData, tinyLabels, tinyModel } from '../../support/tinyModel.js';

const input = (): tf.Tensor3D =>
  tf.randomNormal([3, tinyConfig.maxLength, tinyConfig.numMelBins], 0, 1, 'float32', 5) as tf.Tensor3D;
const logits = (model: Pick<ASTForAudioClassification, 'forward'>): number[] => [
  ...model.forward(input()).logits.dataSync(),
];

/** A directory with a trained adapter, and what the model said with it. */
async function savedAdapter(options: LoraOptions = {}): Promise<{ directory: string; expected: number[] }> {
  const lora = addLora(tinyModel(), { rank: 2, alpha: 6, ...options });
  const trainer = new Trainer({ model: lora, ...tinyData(), args: { learningRate: 1e-2, perDeviceTrainBatchSize: 4 } });
  await trainer.train();
  const directory = temporaryDirectory();
  await trainer.saveModel(directory);
  return { directory, expected: logits(lora) };
}

const editConfig = (directory: string, change: object): void => {
  const path = join(directory, 'adapter_config.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
};

const openAdapter = (directory: string) =>
  openSafetensors(memorySource('adapter', new Uint8Array(readFileSync(join(directory, 'adapter_model.safetensors')))));

describe('a saved adapter', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('has the files, keys and settings of PEFT', async () => {
    const { directory } = await savedAdapter({ dropout: 0.1 });
    expect(readdirSync(directory).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'preprocessor_config.json',
    ]);
    // As PEFT 0.21 names and fills them for LoraConfig(r=2, lora_alpha=6, lora_dropout=0.1, …).
    expect(JSON.parse(readFileSync(join(directory, 'adapter_config.json'), 'utf8'))).toEqual({
      peft_type: 'LORA',
      task_type: null,
      base_model_name_or_path: null,
      revision: null,
      inference_mode: true,
      r: 2,
      lora_alpha: 6,
      lora_dropout: 0.1,
      target_modules: ['query', 'value'],
      modules_to_save: ['classifier'],
      bias: 'none',
      fan_in_fan_out: false,
      init_lora_weights: true,
    });
    const { tensors, metadata } = await openAdapter(directory);
    const block = (i: number, part: string) =>
      `base_model.model.audio_spectrogram_transformer.encoder.layer.${i}.attention.attention.${part}`;
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, [...shape]]))).toEqual({
      ...Object.fromEntries(
        [0, 1].flatMap((i) =>
          ['query', 'value'].flatMap((part) => [
            [`${block(i, part)}.lora_A.weight`, [2, 8]],
            [`${block(i, part)}.lora_B.weight`, [8, 2]],
          ]),
        ),
      ),
      'base_model.model.classifier.layernorm.weight': [8],
      'base_model.model.classifier.layernorm.bias': [8],
      'base_model.model.classifier.dense.weight': [3, 8],
      'base_model.model.classifier.dense.bias': [3],
    });
    expect(metadata).toEqual({ format: 'pt', labels: JSON.stringify(tinyLabels) });
  });

  it.each([
    {},
    { targets: ['dense'], modulesToSave: [], dropout: 0.2 },
    { modulesToSave: ['classifier', 'embeddings'] },
  ])('computes the same when it is loaded: %j', async (options) => {
    const { directory, expected } = await savedAdapter(options);
    const model = tinyModel();
    const lora = await loadLora(model, directory);
    expect(lora.loraConfig).toMatchObject({ rank: 2, alpha: 6, ...options });
    expect(logits(lora)).toEqual(expected);
    lora.merge();
    const merged = temporaryDirectory();
    await model.savePretrained(merged);
    expect(relativeError(logits(await ASTForAudioClassification.fromPretrained(merged)), expected)).toBeLessThan(1e-5);
  });

  it('can be trained further', async () => {
    const { directory, expected } = await savedAdapter();
    const lora = await loadLora(tinyModel(), directory);
    await new Trainer({ model: lora, ...tinyData(), args: { learningRate: 1e-2 } }).train();
    expect(logits(lora)).not.toEqual(expected);
  });

  it('is what checkpoints of a run hold, which goes on from there to the last bit', async () => {
    const outputDir = temporaryDirectory();
    const run = async (resumeFromCheckpoint: boolean): Promise<[number, number[]]> => {
      const lora = addLora(tinyModel(), { rank: 2, dropout: 0.2 });
      const args = {
        perDeviceTrainBatchSize: 4,
        learningRate: 1e-2,
        outputDir,
        saveStrategy: 'steps',
        saveSteps: 4,
      } as const;
      let steps = 0;
      const count = { onStepEnd: () => void steps++ };
      await new Trainer({ model: lora, ...tinyData(), args, callbacks: [count] }).train({ resumeFromCheckpoint });
      return [steps, [...lora.parameters().values()].flatMap((parameter) => [...parameter.dataSync()])];
    };
    const [steps, weights] = await run(false);
    const checkpoint = readdirSync(join(outputDir, 'checkpoint-4'));
    expect(checkpoint).toContain('adapter_model.safetensors');
    expect(checkpoint).not.toContain('model.safetensors');
    expect(steps).toBe(6);
    rmSync(join(outputDir, 'checkpoint-6'), { recursive: true });
    expect(await run(true)).toEqual([2, weights]);
  });

  it('comes from the Python library with settings that this one does not know', async () => {
    const { directory, expected } = await savedAdapter();
    editConfig(directory, {
      auto_mapping: null,
      base_model_name_or_path: 'someone/ast',
      exclude_modules: null,
      layers_to_transform: null,
      loftq_config: {},
      megatron_core: 'megatron.core',
      peft_version: '0.19.1',
      rank_pattern: {},
      alpha_pattern: {},
      use_dora: false,
      use_rslora: false,
    });
    const tensors: [string, { shape: number[]; data: Float32Array }][] = [];
    for await (const tensor of (await openAdapter(directory)).readAll()) tensors.push(tensor);
    writeFileSync(join(directory, 'adapter_model.safetensors'), Buffer.concat([...encodeSafetensors(tensors)]));
    expect(logits(await loadLora(tinyModel(), directory))).toEqual(expected);
  });

  it.each([
    [
      { peft_type: 'LOHA' },
      `key 'peft_type': expected "LORA", got "LOHA". This library reads plain LoRA adapters of PEFT.`,
    ],
    [{ use_dora: true }, "key 'use_dora': expected "],
    [{ use_rslora: true }, "key 'use_rslora': expected "],
    [{ alpha_pattern: { query: 3 } }, "key 'alpha_pattern"],
    [{ init_lora_weights: 'pissa' }, "key 'init_lora_weights': expected "],
    [{ target_modules: '.*query' }, "key 'target_modules': expected Array, got "],
    [{ r: 0 }, 'adapter_config.json: LoRA, rank: expected an integer of 1 or more, got 0'],
    [{ target_modules: ['q_proj'] }, "the adapter is of another model. LoRA, targets: the model has no 'q_proj'"],
    [{ target_modules: ['query'] }, 'the adapter is of another model. 4 not known: base_model.model.'],
  ])('is refused with %j', async (change, message) => {
    const { directory } = await savedAdapter();
    editConfig(directory, change);
    const model = tinyModel();
    const load = () => loadLora(model, directory);
    await expect(load()).rejects.toThrow(message);
    await expect(load()).rejects.toBeInstanceOf(CheckpointError);
    expect(await tensorsLeft(() => load().catch(() => undefined))).toBe(0);
    expect(model.adapter).toBeUndefined();
  });

  it('is refused on a model of another size or with other labels, which it names', async () => {
    const { directory } = await savedAdapter();
    await expect(loadLora(tinyModel({ hiddenSize: 12, numHiddenLayers: 1 }), directory)).rejects.toThrow(
      /the adapter is of another model. 4 not known: .*layer.1.* of another shape: .*lora_A.weight: expected \[2,12\], got \[2,8\]/,
    );
    const other = ASTForAudioClassification.fromConfig(tinyConfig, { labels: ['dog', 'cat'] });
    await expect(loadLora(other, directory)).rejects.toThrow(
      'the adapter tells the classes ["bird","water","wind"] apart, the model ["dog","cat"]; load the model with { labels }',
    );
  });

  it('is not a directory without its files', async () => {
    await expect(loadLora(tinyModel(), temporaryDirectory({ 'model.safetensors': '' }))).rejects.toThrow(
      /has no adapter_config.json. An adapter is a directory or repository with adapter_config.json and adapter_model.safetensors/,
    );
  });
});

describe('an adapter on a model with int8 weights', () => {
  beforeAll(async () => void (await useBackend('onnxruntime')));

  it('is for inference: it computes, and can be neither trained nor merged', async () => {
    const { directory, expected } = await savedAdapter();
    const base = temporaryDirectory();
    await tinyModel().savePretrained(base);
    const model = await ASTForAudioClassification.fromPretrained(base, { dtype: 'int8' });
    expect(() => addLora(model)).toThrow(
      "dtype: 'int8' is for inference only; load it without dtype to train an adapter on it.",
    );
    const lora = await loadLora(model, directory);
    const adapted = logits(lora);
    expect(relativeError(adapted, expected)).toBeLessThan(0.05);
    expect(() => lora.forward(input(), { training: true })).toThrow("dtype: 'int8' is for inference only");
    expect(() => lora.merge()).toThrow("cannot be merged into int8 weights; load the model without dtype: 'int8'");
    lora.remove();
    expect(logits(model)).not.toEqual(adapted);
  });
});
