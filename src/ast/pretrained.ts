import * as tf from '@tensorflow/tfjs-core';
import type { ExtractorConfig } from '../audio/index.js';
import { CheckpointError } from '../errors.js';
import { openRepository, type RepositoryOptions, type SafetensorsFile } from '../hub/index.js';
import { quantizeWeight, requireBackend, requireQuantizedLinear } from '../ops/index.js';
import { createRandom } from '../random.js';
import { openWeights, readSettings } from './checkpointFiles.js';
import { checkTensors } from './checkTensors.js';
import { type ASTConfig, completeConfig, patchGrid } from './config.js';
import {
  headNames,
  initialValues,
  isBlockWeight,
  parameterShapes,
  positionEmbeddingsName,
  scaleName,
} from './parameters.js';
import { resizePositionEmbeddings } from './positionEmbeddings.js';

/** Settings of {@link ASTForAudioClassification.fromPretrained}. */
export interface PretrainedOptions extends RepositoryOptions {
  /**
   * Names of the classes to tell apart. The last layer is then new, from `seed`, unless they are the checkpoint's own in the same
   * order: then it is kept, as without `labels`.
   */
  labels?: readonly string[];
  /** Frames of an input (100 a second). Other than the checkpoint's, it cuts or interpolates the position embeddings. */
  maxLength?: number;
  /** Seed of a new last layer. Default 0. */
  seed?: number;
  /** One label a sound or several, where it is to be other than the checkpoint says. */
  problemType?: ASTConfig['problemType'];
  /**
   * `'int8'` rounds the weights of the blocks to 8 bits, one scale an output, and their inputs as they come: a quarter of
   * the memory, about twice the speed, for inference only. Needs the onnxruntime backend. Default `'float32'`.
   */
  dtype?: 'float32' | 'int8';
}

/** What a model is made of. */
export interface ModelParts {
  config: ASTConfig;
  labels: readonly string[];
  parameters: Map<string, tf.Variable>;
  /** Settings of the feature extractor that the model was trained with. */
  extractorConfig: ExtractorConfig;
  /** `config.json` as it was read; keys this library does not know are written back. */
  configJson: Record<string, unknown>;
}

/** Reads config, feature settings and weights, and checks each against the others before a tensor is made. */
export async function loadPretrained(idOrPath: string, options: PretrainedOptions = {}): Promise<ModelParts> {
  const { labels, maxLength, seed = 0, problemType, dtype = 'float32', ...repositoryOptions } = options;
  if (labels) checkLabels(labels);
  if (dtype !== 'float32' && dtype !== 'int8')
    throw new RangeError(`Expected dtype 'float32' or 'int8', got '${dtype}'.`);
  requireBackend();
  if (dtype === 'int8') requireQuantizedLinear();
  const repository = await openRepository(idOrPath, repositoryOptions);
  const { source, extractorConfig } = await readSettings(repository);
  const config = completeConfig({
    ...source.config,
    maxLength: maxLength ?? source.config.maxLength,
    problemType: problemType ?? source.config.problemType,
  });

  const odd = (['hiddenSize', 'intermediateSize'] as const).find((key) => config[key] % 4 !== 0);
  if (dtype === 'int8' && odd) throw new RangeError(`int8 needs ${odd} to be a multiple of 4, got ${config[odd]}.`);
  if (extractorConfig.numMelBins !== config.numMelBins)
    throw new CheckpointError(
      `${repository.name}: config.json has num_mel_bins ${config.numMelBins}, preprocessor_config.json ${extractorConfig.numMelBins}; expected the same.`,
    );
  const newHead = labels !== undefined && JSON.stringify(labels) !== JSON.stringify(source.labels);
  const file = await openWeights(repository);
  try {
    const expected = parameterShapes(source.config, source.labels.length);
    const problem = `${repository.name}: the weights do not fit config.json.`;
    checkTensors(file.tensors, expected, problem, newHead ? headNames : []);
    const parameters = await readParameters(file, source.config, config, labels ?? source.labels, {
      newHead,
      seed,
      dtype,
    });
    return {
      config,
      labels: labels ? [...labels] : source.labels,
      parameters,
      extractorConfig: { ...extractorConfig, maxLength: config.maxLength },
      configJson: source.json,
    };
  } finally {
    await file.close();
  }
}

export function checkLabels(labels: readonly string[]): void {
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (labels.length === 0 || twice !== undefined)
    throw new RangeError(
      `Expected labels to be one or more different names, got ${labels.length === 0 ? 'none' : `'${twice}' twice`}.`,
    );
}

async function readParameters(
  file: SafetensorsFile,
  source: ASTConfig,
  config: ASTConfig,
  labels: readonly string[],
  { newHead, seed, dtype }: { newHead: boolean; seed: number; dtype: 'float32' | 'int8' },
): Promise<Map<string, tf.Variable>> {
  const random = createRandom(seed);
  const parameters = new Map<string, tf.Variable>();
  try {
    // One tensor at a time: the file's bytes and the backend's copy never stand side by side as a whole.
    for (const [name, shape] of parameterShapes(config, labels.length)) {
      const values =
        newHead && headNames.includes(name)
          ? initialValues(name, shape, config, random)
          : fitPositions(name, (await file.read(name)).data, source, config);
      if (dtype === 'int8' && isBlockWeight(name)) {
        const [out, input] = shape as [number, number];
        const { packed, scale } = quantizeWeight(values, out, input);
        parameters.set(name, makeVariable(packed, [input, out / 4], false));
        parameters.set(scaleName(name), makeVariable(scale, [out], false));
      } else parameters.set(name, makeVariable(values, shape, dtype === 'float32'));
    }
    return parameters;
  } catch (error) {
    for (const parameter of parameters.values()) parameter.dispose();
    throw error;
  }
}

function fitPositions(name: string, values: Float32Array, source: ASTConfig, config: ASTConfig): Float32Array {
  const from = patchGrid(source);
  const to = patchGrid(config);
  if (name !== positionEmbeddingsName || from.time === to.time) return values;
  return resizePositionEmbeddings(values, {
    frequency: from.frequency,
    timeFrom: from.time,
    timeTo: to.time,
    hidden: config.hiddenSize,
  });
}

/** A variable with these values; Int32Array makes one of int32. */
export function makeVariable(values: Float32Array | Int32Array, shape: number[], trainable = true): tf.Variable {
  const dtype = values instanceof Int32Array ? 'int32' : 'float32';
  return tf.tidy(() => tf.variable(tf.tensor(values, shape, dtype), trainable));
}
