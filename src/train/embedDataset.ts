import * as tf from '@tensorflow/tfjs-core';
import type { FeatureExtractor, MelSpectrogram } from '../audio/index.js';
import { featureSource, probeExtractor } from '../datasets/featureSource.js';
import { type AudioDataset, subset } from '../datasets/index.js';
import { DatasetError } from '../errors.js';
import { stackSpectrograms } from '../ops/index.js';
import { groups } from './batches.js';

/** What turns features [batch, frames, bins] into one vector a clip [batch, hidden], e.g. an ASTForAudioClassification. */
export interface Encoder {
  /** One vector a clip; the caller disposes it. */
  encode(inputValues: tf.Tensor3D): { poolerOutput: tf.Tensor2D };
}

/** Settings of {@link embedDataset}. */
export interface EmbedDatasetOptions {
  /** Clips that go through the encoder together. Default 8. */
  readonly batchSize?: number;
  /** Told after every batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Something for each clip; for one that cannot be read, why. */
type OrUnreadable<T> = T | DatasetError;

/**
 * The same data set with every clip gone through the encoder once, [1, hidden] instead of [frames, bins]: what a
 * `classifierHead` is trained on, in seconds. The embeddings are in memory (AST-base: 3 KB a clip); parts of the result (`subset`,
 * `selectFolds`) have them too. An encoder that is trained afterwards makes others.
 *
 * A recording that cannot be read has no embedding: whoever asks for it gets the error, as the Trainer does, which may skip it.
 *
 * @param extractor the features the encoder was trained on; give the same to the Trainer
 * @throws {DatasetError} when cached features of the data set are another extractor's
 * @throws {RangeError} when `batchSize` is no positive integer
 *
 * @example
 * ```ts
 * const sounds = await embedDataset(model, extractor, await loadDataset('./ESC-50'));
 * const trainDataset = selectFolds(sounds, [2, 3, 4, 5]);
 * const trainer = new Trainer({ model: classifierHead(model), extractor, trainDataset, args: { numTrainEpochs: 50, learningRate: 1e-3 } });
 * ```
 */
export async function embedDataset(
  encoder: Encoder,
  extractor: FeatureExtractor,
  dataset: AudioDataset,
  { batchSize = 8, onProgress }: EmbedDatasetOptions = {},
): Promise<AudioDataset> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`embedDataset: expected batchSize to be a positive integer, got ${batchSize}.`);
  const source = featureSource(dataset, extractor);
  const embeddings: OrUnreadable<MelSpectrogram>[] = [];
  for await (const clips of groups(readClips(dataset, source), batchSize)) {
    embeddings.push(...(await encodeReadable(encoder, clips)));
    onProgress?.(embeddings.length, dataset.length);
  }
  const indices = Array.from(embeddings.keys());
  return {
    ...subset(dataset, indices, { name: dataset.name }),
    features: {
      // What the Trainer compares with its extractor: these came by way of its features.
      extractor: probeExtractor(extractor, dataset.sampleRate).description,
      async read(index) {
        dataset.idOf(index); // throws for one that is not there
        const embedding = embeddings[index]!;
        if (embedding instanceof DatasetError) throw embedding;
        return embedding;
      },
    },
  };
}

async function* readClips(
  dataset: AudioDataset,
  source: (index: number) => Promise<MelSpectrogram>,
): AsyncGenerator<OrUnreadable<MelSpectrogram>> {
  for (let index = 0; index < dataset.length; index++) {
    try {
      yield await source(index);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      yield error;
    }
  }
}

/** [frames, bins] -> [1, hidden] of each clip; what is unreadable stays so. */
async function encodeReadable(
  encoder: Encoder,
  clips: readonly OrUnreadable<MelSpectrogram>[],
): Promise<OrUnreadable<MelSpectrogram>[]> {
  const features = clips.filter((clip): clip is MelSpectrogram => !(clip instanceof DatasetError));
  if (features.length === 0) return [...clips];
  const pooled = tf.tidy(() => encoder.encode(stackSpectrograms(features)).poolerOutput);
  const values = (await pooled.data()) as Float32Array;
  const [, hidden] = pooled.shape;
  pooled.dispose();
  const embeddings = features.map((_, row) => ({
    data: values.slice(row * hidden, (row + 1) * hidden),
    frames: 1,
    bins: hidden,
  }));
  return clips.map((clip) => (clip instanceof DatasetError ? clip : embeddings.shift()!));
}
