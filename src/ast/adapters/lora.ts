import * as tf from '@tensorflow/tfjs-core';
import { platform } from '#platform';
import { type ExtractorConfig, MelSpectrogramExtractor } from '../../audio/index.js';
import { writeSafetensors } from '../../hub/index.js';
import { matMul } from '../../ops/index.js';
import { createRandom } from '../../random.js';
import type { ASTForAudioClassification } from '../model.js';
import { loraNames } from '../parameters.js';
import { makeVariable } from '../pretrained.js';
import type { AdaptableModel } from './adaptableModel.js';
import { formatAdapterConfig } from './adapterConfigFile.js';
import { adapterShapes, completeLoraConfig, type LoraConfig } from './loraConfig.js';

/** Where PEFT's model keeps the model that it wraps: what the names in an adapter's file begin with. */
export const peftPrefix = 'base_model.model.';
/** The files of an adapter. */
export const adapterFiles = { config: 'adapter_config.json', weights: 'adapter_model.safetensors' } as const;

/** Settings of {@link addLora}. */
export interface LoraOptions extends Partial<LoraConfig> {
  /** Seed of the new matrices. Default 0. */
  seed?: number;
}

/** A model with a low-rank adapter on it: what a Trainer takes. */
export interface LoraModel extends AdaptableModel {
  /** The model under the adapter. It computes with the adapter while that is on it; its parameters stay as they were. */
  readonly base: ASTForAudioClassification;
  readonly loraConfig: LoraConfig;
  /** The adapter's parameters alone, by their names in the model: what is trained, and what checkpoints of a run hold. */
  parameters(): Map<string, tf.Variable>;
  /**
   * Writes the adapter alone, in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`; and
   * `preprocessor_config.json`, the features it was trained on. `PeftModel.from_pretrained` and {@link loadLora} load it.
   */
  savePretrained(directory: string, options?: { extractorConfig?: ExtractorConfig }): Promise<void>;
  /**
   * Adds the adapter to the base model's weights (W + alpha / rank · B · A) and frees it (PEFT: `merge_and_unload`): the model is
   * as fast as without one, and its `savePretrained` writes all of it.
   *
   * @throws {Error} on a base with `dtype: 'int8'`
   */
  merge(): void;
  /** Takes the adapter off and frees it (PEFT: `unload`): the base model is what it was before, bit for bit. */
  remove(): void;
}

/**
 * Puts a low-rank adapter on a model (LoRA, [Hu et al. 2021](https://arxiv.org/abs/2106.09685)): of every targeted layer
 * `y = W x + b` becomes `W x + b + alpha / rank · B · A · dropout(x)`, with A [rank, in] uniform in ±1 / √in (Kaiming uniform with
 * a = √5) and B [out, rank] 0, as PEFT starts them: nothing changes until it is trained. Only A, B and a copy of the head are
 * trained: the base model's parameters are frozen, and are as trainable as before when the adapter is merged or removed.
 *
 * It is on `model` itself: `model.forward` and an AudioClassifier of it compute with it.
 *
 * @throws {RangeError} when a setting is out of range, or a target is not in the model; the message lists those that are
 * @throws {Error} when the model has `dtype: 'int8'`, or has an adapter already
 *
 * @example
 * ```ts
 * const lora = addLora(model, { rank: 8, targets: ['query', 'value'] });
 * const trainer = new Trainer({ model: lora, extractor, trainDataset, args: { learningRate: 1e-3 } });
 * await trainer.train();
 * await trainer.saveModel('my-adapter'); // 1.2 MB for AST-base
 * lora.merge(); // or: it stays apart from the weights, and lora.remove() takes it off
 * ```
 */
export function addLora(model: ASTForAudioClassification, { seed = 0, ...settings }: LoraOptions = {}): LoraModel {
  const config = completeLoraConfig(settings);
  expectNoAdapter(model);
  if (isInt8(model))
    throw new Error(
      "A model with dtype: 'int8' is for inference only; load it without dtype to train an adapter on it.",
    );
  const random = createRandom(seed);
  const own = model.parameters();
  const parameters = new Map<string, tf.Variable>();
  for (const [name, shape] of adapterShapes(model, config)) {
    const saved = own.get(name);
    // A copy in effect: its values are the model's until it is assigned its own.
    parameters.set(name, saved ? tf.variable(saved) : makeVariable(newMatrix(name, shape, random), shape));
  }
  return attachLora(model, config, parameters);
}

function newMatrix(name: string, shape: readonly number[], random: ReturnType<typeof createRandom>): Float32Array {
  const [rows, columns] = shape as [number, number];
  const values = new Float32Array(rows * columns);
  if (name.includes('.lora_B.')) return values;
  const stream = random.fork(name);
  const bound = 1 / Math.sqrt(columns);
  return values.map(() => stream.uniform(-bound, bound));
}

const isInt8 = (model: ASTForAudioClassification): boolean =>
  [...model.parameters().values()].some(({ dtype }) => dtype === 'int32');

/** A model has one adapter at most. */
export function expectNoAdapter(model: ASTForAudioClassification): void {
  if (model.adapter) throw new Error('The model has an adapter already; merge() or remove() it first.');
}

/** Lays these parameters over a model. */
export function attachLora(
  model: ASTForAudioClassification,
  config: LoraConfig,
  parameters: ReadonlyMap<string, tf.Variable>,
): LoraModel {
  const own = model.parameters();
  const wereTrainable = [...own.values()].filter(({ trainable }) => trainable);
  const scaling = config.alpha / config.rank;
  const adapter = { parameters, scaling, dropout: config.dropout };
  for (const parameter of wereTrainable) parameter.trainable = false;
  model.adapt(adapter);

  const expectAttached = (): void => {
    if (model.adapter !== adapter)
      throw new Error('This adapter was merged or removed; put a new one on the model with addLora or loadLora.');
  };
  const detach = (): void => {
    model.adapt(undefined);
    tf.dispose([...parameters.values()]);
    for (const parameter of wereTrainable) parameter.trainable = true;
  };
  return {
    base: model,
    labels: model.labels,
    config: model.config,
    loraConfig: config,
    parameters: () => new Map(parameters),
    forward(inputValues, options) {
      expectAttached();
      return model.forward(inputValues, options);
    },
    async savePretrained(directory, { extractorConfig = model.extractorConfig } = {}) {
      expectAttached();
      await saveAdapter(directory, config, parameters, model.labels);
      await new MelSpectrogramExtractor(extractorConfig).savePretrained(directory);
    },
    merge() {
      expectAttached();
      if (isInt8(model))
        throw new Error("An adapter cannot be merged into int8 weights; load the model without dtype: 'int8'.");
      for (const [name, parameter] of own) {
        const [a, b] = loraNames(name.replace(/\.weight$/, '')).map((matrix) => parameters.get(matrix));
        if (a && b) tf.tidy(() => parameter.assign(tf.add(parameter, product(a, b, scaling))));
        const saved = parameters.get(name);
        if (saved) parameter.assign(saved);
      }
      detach();
    },
    remove() {
      expectAttached();
      detach();
    },
  };
}

/** What a pair of low-rank matrices adds to a weight, [out, in]. */
const product = (a: tf.Tensor, b: tf.Tensor, scaling: number): tf.Tensor =>
  tf.mul(matMul(b as tf.Tensor2D, a as tf.Tensor2D), scaling);

async function saveAdapter(
  directory: string,
  config: LoraConfig,
  parameters: ReadonlyMap<string, tf.Variable>,
  labels: readonly string[],
): Promise<void> {
  const { files } = platform;
  if (!files) throw new Error('savePretrained writes files, and a browser has none.');
  const tensors: [string, { shape: number[]; data: Float32Array }][] = [];
  for (const [name, parameter] of parameters)
    tensors.push([peftPrefix + name, { shape: parameter.shape, data: (await parameter.data()) as Float32Array }]);
  // PEFT does not say what the classes are; a remark that its loader passes over does.
  const metadata = { format: 'pt', labels: JSON.stringify(labels) };
  await writeSafetensors(files.join(directory, adapterFiles.weights), tensors, metadata);
  await files.writeFile(files.join(directory, adapterFiles.config), [formatAdapterConfig(config)]);
}
