import type { MelSpectrogram, Waveform } from '../audio/index.js';
import { extractFeatures, featureSource } from '../datasets/featureSource.js';
import { type FeatureWorkers, featureWorkers } from '../datasets/featureWorkers.js';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { AudioInputError, DatasetError, TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import type { FeatureExtractor } from './model.js';

/** Changes a sound before features are made of it. */
export type WaveformChange = (waveform: Waveform) => Waveform;

/** Reads the features of a data set's clips. */
export interface FeatureReader {
  /** Features of a clip, [frames, bins], of its sound or of what `change` makes of that; `undefined` for a recording that is skipped. */
  readonly read: (index: number, change?: WaveformChange) => Promise<MelSpectrogram | undefined>;
  /** Recordings that could not be read, each once. */
  readonly skipped: readonly SkippedRecording[];
  /** Takes over what another run skipped: it is not read again. */
  skip(recordings: readonly SkippedRecording[]): void;
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

/**
 * Decodes and extracts on demand, in `workers` where given. Keeps features in memory unless they are on disk; of sounds that
 * are changed, other features come each time, so that these sounds are kept instead.
 */
function openReader(
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  { cacheFeatures, onUnreadable }: ReaderArguments,
  workers: FeatureWorkers | undefined,
): FeatureReader {
  const source = featureSource(dataset, extractor, workers);
  const readFeatures = cacheFeatures && !dataset.features ? kept(source) : source;
  const decode = async (index: number): Promise<Waveform> => (await dataset.get(index)).waveform;
  const readSound = cacheFeatures ? kept(decode) : decode;

  const readChanged = async (index: number, change: WaveformChange): Promise<MelSpectrogram> => {
    const sound = await readSound(index);
    try {
      return extractor.extract(change(sound));
    } catch (cause) {
      if (!(cause instanceof AudioInputError)) throw cause;
      extractFeatures(dataset, index, extractor, sound); // throws when the sound itself is at fault
      throw new TrainingError(`augment.waveform made no sound of ${dataset.idOf(index)}: ${cause.message}`, { cause });
    }
  };

  const skipped = new Map<string, SkippedRecording>();
  return {
    get skipped() {
      return [...skipped.values()];
    },
    skip(recordings) {
      for (const recording of recordings) skipped.set(recording.id, recording);
    },
    batchesAhead: workers ? 2 : 0,
    async read(index, change) {
      const id = dataset.idOf(index);
      if (skipped.has(id)) return undefined;
      try {
        return await (change ? readChanged(index, change) : readFeatures(index));
      } catch (error) {
        if (onUnreadable !== 'skip' || !(error instanceof DatasetError)) throw error;
        skipped.set(id, { id, reason: error.message });
        return undefined;
      }
    },
  };
}

/** The same reading, with what was read kept in memory. */
function kept<T>(read: (index: number) => Promise<T>): (index: number) => Promise<T> {
  const known = new Map<number, T>();
  return async (index) => {
    const found = known.get(index) ?? (await read(index));
    known.set(index, found);
    return found;
  };
}
