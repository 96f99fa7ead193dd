import type { MelSpectrogram } from '../audio/index.js';
import { featureSource } from '../datasets/featureSource.js';
import { type FeatureWorkers, featureWorkers } from '../datasets/featureWorkers.js';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { DatasetError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import type { FeatureExtractor } from './model.js';

/** Reads the features of a data set's clips. */
export interface FeatureReader {
  /** Features of a clip, [frames, bins]; `undefined` for a recording that is skipped. */
  readonly read: (index: number) => Promise<MelSpectrogram | undefined>;
  /** Recordings that could not be read, each once. */
  readonly skipped: SkippedRecording[];
  /** How many batches to read before their turn: two keep threads busy, as the one that computes sends them nothing. */
  readonly batchesAhead: number;
}

/** The readers of a Trainer's data sets, and the threads that they share. */
export interface FeatureReaders {
  /** The reader of a data set, always the same. */
  of(dataset: AudioDataset): FeatureReader;
  /** Does what reads. The threads end with the outermost call: an evaluation within training leaves them. */
  during<T>(run: () => Promise<T>): Promise<T>;
}

type ReaderArguments = Pick<TrainingArguments, 'cacheFeatures' | 'onUnreadable' | 'prefetchWorkers'>;

/** @throws {DatasetError} when threads are asked for that cannot serve the extractor, or (in `of`) the data set */
export function featureReaders(extractor: FeatureExtractor, args: ReaderArguments): FeatureReaders {
  const workers = args.prefetchWorkers > 0 ? featureWorkers(args.prefetchWorkers, extractor) : undefined;
  const readers = new Map<AudioDataset, FeatureReader>();
  let runs = 0;
  return {
    of(dataset) {
      const reader = readers.get(dataset) ?? openReader(dataset, extractor, args, workers);
      readers.set(dataset, reader);
      return reader;
    },
    async during(run) {
      runs++;
      try {
        return await run();
      } finally {
        if (--runs === 0) await workers?.close();
      }
    },
  };
}

/** Decodes and extracts on demand, in `workers` where given, and keeps features in memory unless they are on disk. */
function openReader(
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  { cacheFeatures, onUnreadable }: ReaderArguments,
  workers: FeatureWorkers | undefined,
): FeatureReader {
  const source = featureSource(dataset, extractor, workers);
  const keep = cacheFeatures && !dataset.features;
  const kept = new Map<number, MelSpectrogram>();
  const unreadable = new Set<number>();
  const skipped: SkippedRecording[] = [];
  return {
    skipped,
    batchesAhead: workers ? 2 : 0,
    async read(index) {
      const known = kept.get(index);
      if (known || unreadable.has(index)) return known;
      try {
        const features = await source(index);
        if (keep) kept.set(index, features);
        return features;
      } catch (error) {
        if (onUnreadable !== 'skip' || !(error instanceof DatasetError)) throw error;
        if (!unreadable.has(index)) skipped.push({ id: dataset.idOf(index), reason: error.message });
        unreadable.add(index);
        return undefined;
      }
    },
  };
}
