import { checkCounts } from './ast/classification.js';
import {
  type Activation,
  type AudioClassification,
  AudioClassifier,
  type ClassifyOptions,
  type PretrainedOptions,
  type Sound,
} from './ast/index.js';
import { type BackendName, type CustomBackend, useBackend } from './backends/index.js';
import { AudioInputError } from './errors.js';
import { hasBackend } from './ops/index.js';

/** The samples of a sound as data sets of Hugging Face hold them: mono, in [-1, 1]. */
export interface RawAudio {
  /** Shape [samples]. */
  readonly array: ArrayLike<number>;
  /** Samples a second, in Hz; resampled where needed. */
  readonly samplingRate: number;
}

/** A sound for a pipeline. Bare samples are at the model's own rate, 16 kHz. */
export type PipelineInput = Sound | RawAudio | Float32Array;

/** Settings of an audio classification; those of a call go before those of its {@link pipeline}. */
export interface AudioClassificationOptions {
  /** How many labels to return, best first; `null`, or more than there are: all. Default 5. */
  topK?: number | null;
  /** How logits become scores. Default: as the model was trained, softmax unless its sounds have several labels each. */
  functionToApply?: Activation;
  /** Sounds that go through the model together; the results are the same. Default 8. */
  batchSize?: number;
}

/** Settings of {@link pipeline}: those of its calls, of loading the model, and where to compute. */
export interface PipelineOptions extends AudioClassificationOptions, PretrainedOptions {
  /**
   * Backend of TensorFlow.js, in the place of `device`: see {@link useBackend}, which it calls. Default: the one that is loaded,
   * else `'auto'`.
   */
  backend?: 'auto' | BackendName | CustomBackend;
}

/** What {@link pipeline} returns: a function from sounds to labels. */
export interface AudioClassificationPipeline {
  /**
   * The most likely labels of a sound, best first.
   *
   * @throws {AudioDecodeError} when a sound cannot be decoded
   * @throws {AudioInputError} when it is empty, not finite, or no sound
   * @throws {RangeError} when an option is unknown or out of range
   */
  (input: PipelineInput, options?: AudioClassificationOptions): Promise<AudioClassification[]>;
  /** The same for many sounds, in their order. */
  (inputs: readonly PipelineInput[], options?: AudioClassificationOptions): Promise<AudioClassification[][]>;
  /** The task it was made for. */
  readonly task: 'audio-classification';
  /** What does the work, with the model and its features. */
  readonly classifier: AudioClassifier;
  /** Frees the model's weights. */
  dispose(): void;
}

/**
 * A model by its name and what it is for, with the words of Hugging Face transformers: one call to load, one to classify.
 * {@link AudioClassifier} is the same with the words of this library.
 *
 * @param task `'audio-classification'`, the one there is
 * @param model a directory, an id on the Hub or a URL, as for {@link ASTForAudioClassification.fromPretrained}
 * @throws {RangeError} when the task is unknown, no model is named, or an option is out of range
 * @throws {BackendError} when the backend does not start
 * @throws {CheckpointError | HubError} when the model does not load
 *
 * @example
 * ```ts
 * import { pipeline } from 'ast-ts';
 *
 * const classifier = await pipeline('audio-classification', 'MIT/ast-finetuned-audioset-10-10-0.4593', { topK: 3 });
 * console.log(await classifier('dog.wav')); // [{ label: 'Bark', score: 0.42 }, …]
 * console.log(await classifier(['dog.wav', { array: samples, samplingRate: 44100 }], { topK: 1 }));
 * ```
 */
export async function pipeline(
  task: 'audio-classification',
  model: string,
  options: PipelineOptions = {},
): Promise<AudioClassificationPipeline> {
  if (task !== 'audio-classification')
    throw new RangeError(`Unknown task '${task}'; expected 'audio-classification', the one there is.`);
  if (typeof model !== 'string')
    throw new RangeError(`Expected a model by its directory, its id on the Hub or its URL, got ${model}.`);
  const { backend, topK, functionToApply, batchSize, ...pretrained } = options;
  const defaults = toClassifyOptions({ topK, functionToApply, batchSize });
  if (backend !== undefined || !hasBackend()) await useBackend(backend);
  const classifier = await AudioClassifier.fromPretrained(model, pretrained);
  const { samplingRate } = classifier.extractor.config;

  function classify(input: PipelineInput, options?: AudioClassificationOptions): Promise<AudioClassification[]>;
  function classify(
    inputs: readonly PipelineInput[],
    options?: AudioClassificationOptions,
  ): Promise<AudioClassification[][]>;
  async function classify(
    input: PipelineInput | readonly PipelineInput[],
    options: AudioClassificationOptions = {},
  ): Promise<AudioClassification[] | AudioClassification[][]> {
    const settings = { ...defaults, ...toClassifyOptions(options) };
    if (!isMany(input)) return classifier.classify(toSound(input, samplingRate), settings);
    return classifier.classify(
      input.map((one) => toSound(one, samplingRate)),
      settings,
    );
  }
  return Object.assign(classify, { task, classifier, dispose: () => classifier.dispose() });
}

const isMany = (input: PipelineInput | readonly PipelineInput[]): input is readonly PipelineInput[] =>
  Array.isArray(input);

/** The options that are given, checked, in the words of {@link AudioClassifier}. */
function toClassifyOptions(options: AudioClassificationOptions): ClassifyOptions {
  const { topK, functionToApply, batchSize, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new RangeError(`There is no option '${unknown}'; expected topK, functionToApply, batchSize.`);
  if (functionToApply !== undefined && !['softmax', 'sigmoid', 'none'].includes(functionToApply))
    throw new RangeError(`Expected functionToApply 'softmax', 'sigmoid' or 'none', got '${functionToApply}'.`);
  checkCounts(topK ?? 1, batchSize ?? 1);
  return {
    ...(topK !== undefined && { topK: topK ?? Infinity }),
    ...(functionToApply && { activation: functionToApply }),
    ...(batchSize !== undefined && { batchSize }),
  };
}

function toSound(input: PipelineInput, samplingRate: number): Sound {
  if (input instanceof Float32Array) return { samples: input, sampleRate: samplingRate };
  if (typeof input !== 'object' || input === null || !('array' in input)) return input;
  const { array, samplingRate: sampleRate } = input;
  if (typeof sampleRate !== 'number' || typeof array?.length !== 'number')
    throw new AudioInputError(
      `Expected a sound as { array, samplingRate }, got an object with ${Object.keys(input).join(', ')}.`,
    );
  return { samples: array instanceof Float32Array ? array : Float32Array.from(array), sampleRate };
}
