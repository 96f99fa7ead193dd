import * as tf from '@tensorflow/tfjs-core';
import {
  type AudioSource,
  type AudioStream,
  createResampler,
  type MelSpectrogram,
  MelSpectrogramExtractor,
  type OnAudioWarning,
  openAudio,
  readAudio,
  resample,
  type Waveform,
} from '../audio/index.js';
import { AudioInputError } from '../errors.js';
import { stackSpectrograms } from '../ops/index.js';
import { type Activation, type AudioClassification, activate, bestLabels, checkCounts } from './classification.js';
import {
  classifyWindows,
  planWindows,
  type Timeline,
  type TimelineWindow,
  type WindowOptions,
  type WindowPlan,
} from './classifyWindows.js';
import { ASTForAudioClassification } from './model.js';
import type { PretrainedOptions } from './pretrained.js';

/** A sound: a path (Node), a URL, the bytes of a file, or samples, which are resampled where needed. */
export type Sound = AudioSource | Waveform;

/** Settings of {@link AudioClassifier.classify}. */
export interface ClassifyOptions {
  /** How many labels to return, best first; `Infinity` for all. Default 5. */
  topK?: number;
  /**
   * How logits become scores: of one class in all (softmax), of each on its own (sigmoid), or not at all. Default: as the
   * model was trained.
   */
  activation?: Activation;
  /** Sounds that go through the model together. Default 8. */
  batchSize?: number;
}

/** Settings of {@link AudioClassifier.classifyLong}. */
export interface ClassifyLongOptions extends WindowOptions {
  /** Told after each batch: seconds that are classified, and what part of the sound that is, from 0 to 1. */
  onProgress?: (progress: { seconds: number; fraction: number }) => void;
  /** Told when the sound is damaged or cut short, and what could be read is classified. Default: `console.warn`. */
  onWarning?: OnAudioWarning;
}

/**
 * Sounds in, labels out: a model with its feature extractor, as the `audio-classification` pipeline of transformers.
 *
 * @example
 * ```ts
 * import { AudioClassifier, useBackend } from 'ast-ts';
 *
 * await useBackend('auto');
 * const classifier = await AudioClassifier.fromPretrained('MIT/ast-finetuned-audioset-10-10-0.4593');
 * const [best] = await classifier.classify('dog.wav');
 * console.log(best); // { label: 'Bark', score: 0.42 }
 * ```
 */
export class AudioClassifier {
  readonly model: ASTForAudioClassification;
  readonly extractor: MelSpectrogramExtractor;

  /** @param extractor features as the model was trained on; default: as its checkpoint says */
  constructor(model: ASTForAudioClassification, extractor = new MelSpectrogramExtractor(model.extractorConfig)) {
    this.model = model;
    this.extractor = extractor;
  }

  /** Loads model and feature settings; takes and throws what {@link ASTForAudioClassification.fromPretrained} does. */
  static async fromPretrained(idOrPath: string, options: PretrainedOptions = {}): Promise<AudioClassifier> {
    return new AudioClassifier(await ASTForAudioClassification.fromPretrained(idOrPath, options));
  }

  /**
   * The most likely labels of a sound, best first. It is cut or padded to the model's window (10.24 s, unless loaded
   * with another `maxLength`).
   *
   * @throws {AudioDecodeError} when a sound cannot be decoded
   * @throws {AudioInputError} when it is empty or not finite
   */
  classify(sound: Sound, options?: ClassifyOptions): Promise<AudioClassification[]>;
  /** The same for many sounds, in their order. */
  classify(sounds: readonly Sound[], options?: ClassifyOptions): Promise<AudioClassification[][]>;
  async classify(
    input: Sound | readonly Sound[],
    options: ClassifyOptions = {},
  ): Promise<AudioClassification[] | AudioClassification[][]> {
    const { topK = 5, batchSize = 8 } = options;
    const activation = this.#activation(options, ['softmax', 'sigmoid', 'none']);
    checkCounts(topK, batchSize);
    const sounds: readonly Sound[] = Array.isArray(input) ? input : [input as Sound];
    const results: AudioClassification[][] = [];
    for (let start = 0; start < sounds.length; start += batchSize) {
      const scores = await this.#scores(sounds.slice(start, start + batchSize), start, activation);
      results.push(...scores.map((row) => bestLabels(row, this.model.labels, topK)));
    }
    return Array.isArray(input) ? results : results[0]!;
  }

  /**
   * Classifies a recording of any length, window by window. A file is read as it is classified: hours of it take no more memory
   * than minutes.
   *
   * @returns the windows in time order, each with its best labels and the scores of all; {@link detectEvents} makes events of them
   * @throws {RangeError} when an option is out of range
   * @throws {AudioDecodeError} when the sound cannot be decoded
   * @throws {AudioInputError} when it is empty or not finite
   *
   * @example
   * ```ts
   * const timeline = await classifier.classifyLong('night.wav', { hopSeconds: 5 });
   * for (const { start, classifications } of timeline.windows) console.log(start, classifications[0]);
   * ```
   */
  async classifyLong(sound: Sound, options: ClassifyLongOptions = {}): Promise<Timeline> {
    const plan = planWindows(options, this.extractor.config, 8);
    const activation = this.#activation(options);
    const stream = await this.#open(sound, options.onWarning);
    const windows: TimelineWindow[] = [];
    for await (const window of this.#classifyWindows(stream, plan, activation)) {
      windows.push(window);
      if (windows.length % plan.batchSize === 0)
        options.onProgress?.({ seconds: window.end, fraction: stream.progress });
    }
    const last = windows.at(-1);
    if (!last) throw new AudioInputError('Expected a sound of one sample or more, got an empty one.');
    options.onProgress?.({ seconds: last.end, fraction: 1 });
    return { labels: this.model.labels, windows };
  }

  /**
   * Classifies a live source, e.g. a microphone: a result for each window as it fills.
   *
   * @param samples pieces of any length, mono, in [-1, 1]
   * @param sampleRate their rate in Hz; resampled where needed
   * @throws {RangeError} when an option is out of range
   * @throws {AudioInputError} when the rate is not a positive integer, or samples are not finite
   *
   * @example
   * ```ts
   * for await (const { start, classifications } of classifier.classifyStream(microphone, 48000, { hopSeconds: 1 }))
   *   console.log(start, classifications[0]);
   * ```
   */
  classifyStream(
    samples: AsyncIterable<Float32Array>,
    sampleRate: number,
    options: WindowOptions = {},
  ): AsyncGenerator<TimelineWindow> {
    const plan = planWindows(options, this.extractor.config, 1);
    const resampler = createResampler(sampleRate, plan.samplingRate);
    async function* resampled(): AsyncGenerator<Float32Array> {
      for await (const piece of samples) yield resampler.push(piece);
      yield resampler.end();
    }
    return this.#classifyWindows(resampled(), plan, this.#activation(options));
  }

  /** Frees the model's weights. */
  dispose(): void {
    this.model.dispose();
  }

  /** @param first number of the first sound, from 0, for messages */
  async #scores(sounds: readonly Sound[], first: number, activation: Activation): Promise<number[][]> {
    const features: MelSpectrogram[] = [];
    for (const [i, sound] of sounds.entries()) {
      try {
        features.push(this.extractor.extract(await this.#waveform(sound)));
      } catch (error) {
        if (sounds.length > 1 && error instanceof Error) error.message = `Sound ${first + i}: ${error.message}`;
        throw error;
      }
    }
    return this.#scoresOf(features, activation);
  }

  async #scoresOf(features: readonly MelSpectrogram[], activation: Activation): Promise<number[][]> {
    const scores = tf.tidy(() => activate(this.model.forward(stackSpectrograms(features)).logits, activation));
    try {
      return (await scores.array()) as number[][];
    } finally {
      scores.dispose();
    }
  }

  #classifyWindows(
    pieces: AsyncIterable<Float32Array>,
    plan: WindowPlan,
    activation: Activation,
  ): AsyncGenerator<TimelineWindow> {
    return classifyWindows(pieces, plan, this.model.labels, (windows) =>
      this.#scoresOf(
        windows.map((window) => this.extractor.extract(window)),
        activation,
      ),
    );
  }

  async #waveform(sound: Sound): Promise<Waveform> {
    const sampleRate = this.extractor.config.samplingRate;
    return isWaveform(sound) ? resample(sound, sampleRate) : readAudio(sound, { sampleRate });
  }

  async #open(
    sound: Sound,
    onWarning: OnAudioWarning | undefined,
  ): Promise<Pick<AudioStream, 'progress'> & AsyncIterable<Float32Array>> {
    const sampleRate = this.extractor.config.samplingRate;
    return isWaveform(sound) ? streamOf(resample(sound, sampleRate)) : openAudio(sound, { sampleRate, onWarning });
  }

  #activation(
    { activation }: Pick<ClassifyOptions, 'activation'>,
    known: readonly Activation[] = ['softmax', 'sigmoid'],
  ): Activation {
    const trained = this.model.config.problemType === 'multi_label_classification' ? 'sigmoid' : 'softmax';
    const chosen = activation ?? trained;
    if (!known.includes(chosen))
      throw new RangeError(`Expected activation ${known.map((name) => `'${name}'`).join(' or ')}, got '${chosen}'.`);
    return chosen;
  }
}

function isWaveform(sound: Sound): sound is Waveform {
  if (sound === null || sound === undefined)
    throw new TypeError(`Expected a sound (path, URL, bytes or waveform), got ${sound}.`);
  return typeof sound === 'object' && 'samples' in sound;
}

/** Samples in memory, as a file gives them. */
function streamOf({ samples }: Waveform): Pick<AudioStream, 'progress'> & AsyncIterable<Float32Array> {
  const pieceLength = 2 ** 16;
  let given = 0;
  return {
    get progress() {
      return samples.length === 0 ? 1 : given / samples.length;
    },
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < samples.length; at += pieceLength) {
        const piece = samples.subarray(at, at + pieceLength);
        given += piece.length;
        yield piece;
      }
    },
  };
}
