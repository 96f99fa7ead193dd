import * as tf from '@tensorflow/tfjs-core';
import { type MelSpectrogram, MelSpectrogramExtractor, readAudio, resample, type Waveform } from '../audio/index.js';
import { stackSpectrograms } from '../ops/index.js';
import { ASTForAudioClassification } from './model.js';
import type { PretrainedOptions } from './pretrained.js';

/** A sound: a path (Node), a URL, the bytes of a file, or samples, which are resampled where needed. */
export type Sound = string | URL | Uint8Array | ArrayBuffer | Blob | Waveform;

/** Settings of {@link AudioClassifier.classify}. */
export interface ClassifyOptions {
  /** How many labels to return, best first; `Infinity` for all. Default 5. */
  topK?: number;
  /** How logits become scores: of one class in all (softmax), or of each on its own (sigmoid). Default: as the model was trained. */
  activation?: 'softmax' | 'sigmoid';
  /** Sounds that go through the model together. Default 8. */
  batchSize?: number;
}

/** A label with its score, [0, 1]. */
export interface AudioClassification {
  label: string;
  score: number;
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
    const { topK = 5, batchSize = 8, activation = this.#activation() } = options;
    if (activation !== 'softmax' && activation !== 'sigmoid')
      throw new RangeError(`Expected activation 'softmax' or 'sigmoid', got '${activation}'.`);
    if (!(topK >= 1)) throw new RangeError(`Expected topK of 1 or more, got ${topK}.`);
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new RangeError(`Expected batchSize to be a positive integer, got ${batchSize}.`);
    const sounds: readonly Sound[] = Array.isArray(input) ? input : [input as Sound];
    const results: AudioClassification[][] = [];
    for (let start = 0; start < sounds.length; start += batchSize) {
      const scores = await this.#scores(sounds.slice(start, start + batchSize), start, activation);
      results.push(...scores.map((row) => this.#best(row, topK)));
    }
    return Array.isArray(input) ? results : results[0]!;
  }

  /** Frees the model's weights. */
  dispose(): void {
    this.model.dispose();
  }

  /** @param first number of the first sound, from 0, for messages */
  async #scores(sounds: readonly Sound[], first: number, activation: 'softmax' | 'sigmoid'): Promise<number[][]> {
    const features: MelSpectrogram[] = [];
    for (const [i, sound] of sounds.entries()) {
      try {
        features.push(this.extractor.extract(await this.#waveform(sound)));
      } catch (error) {
        if (sounds.length > 1 && error instanceof Error) error.message = `Sound ${first + i}: ${error.message}`;
        throw error;
      }
    }
    const scores = tf.tidy(() => {
      const { logits } = this.model.forward(stackSpectrograms(features));
      return activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits);
    });
    try {
      return (await scores.array()) as number[][];
    } finally {
      scores.dispose();
    }
  }

  async #waveform(sound: Sound): Promise<Waveform> {
    const sampleRate = this.extractor.config.samplingRate;
    if (sound === null || sound === undefined)
      throw new TypeError(`Expected a sound (path, URL, bytes or waveform), got ${sound}.`);
    const isWaveform = typeof sound === 'object' && 'samples' in sound;
    return isWaveform ? resample(sound, sampleRate) : readAudio(sound, { sampleRate });
  }

  #best(scores: readonly number[], topK: number): AudioClassification[] {
    return scores
      .map((score, id) => ({ label: this.model.labels[id]!, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, topK);
  }

  #activation(): 'softmax' | 'sigmoid' {
    return this.model.config.problemType === 'multi_label_classification' ? 'sigmoid' : 'softmax';
  }
}
