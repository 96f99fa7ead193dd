import { platform } from '#platform';
import type { FeatureExtractor } from '../audio/index.js';
import { CheckpointError, DatasetError } from '../errors.js';
import type { FileSystem } from '../platform/platform.js';
import type { AudioDataset } from './dataset.js';
import {
  encodeFeatureFile,
  type FeatureDtype,
  type FeatureFile,
  type FeatureFileLayout,
  openFeatureFile,
} from './featureFile.js';
import { type FeatureSource, featureSource, probeExtractor } from './featureSource.js';
import { featureWorkers } from './featureWorkers.js';
import { readAhead } from './readAhead.js';
import { subset } from './subset.js';

/** Recordings under way for each thread: enough that none waits. */
const AHEAD = 4;

/** Settings of {@link cacheFeatures}. */
export interface CacheFeaturesOptions {
  /** Where the file goes. Default: `features` in `AST_TS_CACHE` or `~/.cache/ast-ts`. */
  readonly directory?: string;
  /**
   * `'float32'` (default) changes nothing; `'float16'` takes half the space and rounds by at most 2^-11 of a value, below
   * 0.0005 for normalised features in [-2, 2].
   */
  readonly dtype?: FeatureDtype;
  /** Threads that decode and extract (Node). Default 0: this thread does. */
  readonly workers?: number;
  /** What identifies the sounds, for a data set that does not know: a text that you change when they change. */
  readonly fingerprint?: string;
  /** Told after every clip, while the file is made. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Told when a file, or a clip in it, is made again because it is damaged or of other sounds. Default: `console.warn`. */
  readonly onRebuild?: (message: string) => void;
}

/**
 * The same data set with its features in a file on disk, so that training reads those and decodes no sound, neither in
 * a second epoch nor in a second run. Made now unless it is there; one file for a data set, an extractor and a dtype. Parts
 * of the result (`subset`, `selectFolds`, `groupLabels`) read the same file: cache the whole before taking it apart.
 *
 * The file is tied to ids, the extractor's features and the data set's `fingerprint` (of local files their sizes and times
 * of change, on the Hub their hashes). When these change, or the file is damaged, it is made again, and `onRebuild` is
 * told. It is written under another name and renamed, so that a run that is broken off leaves no half file. A recording
 * that cannot be read has no features in it: whoever asks for it gets the error that its sound gives.
 *
 * @throws {DatasetError} in a page, which has no files, and for a data set that has no fingerprint when none is given
 * @throws {RangeError} for features that do not fit float16 or differ in size, or `workers` that is no integer of 0 or more
 *
 * @example
 * ```ts
 * const extractor = new MelSpectrogramExtractor({ maxLength: 512 });
 * const esc50 = await cacheFeatures(await loadDataset('./ESC-50'), extractor, { dtype: 'float16' });
 * const trainDataset = selectFolds(esc50, [2, 3, 4, 5]);
 * const trainer = new Trainer({ model, extractor, trainDataset });
 * ```
 */
export async function cacheFeatures(
  dataset: AudioDataset,
  extractor: FeatureExtractor,
  options: CacheFeaturesOptions = {},
): Promise<AudioDataset> {
  const { files } = platform;
  if (!files)
    throw new DatasetError(
      'A page has no files to cache features in; the Trainer keeps them in memory (cacheFeatures).',
    );
  const { dtype = 'float32', workers = 0, onRebuild = (message) => console.warn(message) } = options;
  if (!Number.isSafeInteger(workers) || workers < 0)
    throw new RangeError(`Expected workers to be an integer of 0 or more, got ${workers}.`);
  const fingerprint = options.fingerprint ?? (await dataset.fingerprint?.());
  if (fingerprint === undefined)
    throw new DatasetError(
      `${dataset.name} does not say when its sounds change (it has no fingerprint()); ` +
        'pass { fingerprint: a text that you change when they do }.',
    );
  const threads = workers > 0 ? featureWorkers(workers, extractor) : undefined;
  const sounds = featureSource(dataset, extractor, threads);
  const { frames, bins, description } = probeExtractor(extractor, dataset.sampleRate);
  const layout = { clips: dataset.length, frames, bins, dtype, sounds: await sha256(fingerprint) };
  const directory = options.directory ?? files.join(files.cacheDirectory(), 'features');
  const path = files.join(directory, await fileName(dataset, description, dtype));

  let file = await openUsable(files, path, layout, onRebuild);
  if (!file) {
    const rows = readRows(dataset, sounds, layout, { ahead: AHEAD * workers, onProgress: options.onProgress });
    await files.writeFile(path, encodeFeatureFile(layout, rows)).finally(() => threads?.close());
    file = (await openFeatureFile(files, path, layout)) as FeatureFile;
  }
  const { readRow } = file;
  const fromSound = featureSource(dataset, extractor);
  return {
    ...subset(dataset, indicesOf(dataset), { name: dataset.name }),
    features: {
      extractor: description,
      async read(index) {
        const id = dataset.idOf(index);
        const data = await readRow(index);
        if (!data)
          onRebuild(
            `ast-ts: ${path}: the features of ${id} are damaged; its sound is read. Delete the file to mend it.`,
          );
        return data && !isUnreadable(data) ? { data, frames, bins } : fromSound(index);
      },
    },
  };
}

const indicesOf = ({ length }: AudioDataset): number[] => [...Array(length).keys()];

/** Features are finite, so NaN can stand for a recording that has none. */
const isUnreadable = (row: Float32Array): boolean => Number.isNaN(row[0]);

async function* readRows(
  dataset: AudioDataset,
  sounds: FeatureSource,
  { frames, bins }: FeatureFileLayout,
  { ahead, onProgress }: { ahead: number; onProgress: CacheFeaturesOptions['onProgress'] },
): AsyncGenerator<Float32Array> {
  const readRow = async (index: number): Promise<Float32Array> => {
    try {
      const features = await sounds(index);
      if (features.frames === frames && features.bins === bins) return features.data;
      throw new RangeError(
        `${dataset.idOf(index)} of ${dataset.name}: expected features of ${frames} frames x ${bins} bins as of other ` +
          `sounds, got ${features.frames} x ${features.bins}.`,
      );
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      return new Float32Array(frames * bins).fill(Number.NaN);
    }
  };
  let done = 0;
  for await (const row of readAhead(indicesOf(dataset), ahead, readRow)) {
    yield row;
    onProgress?.(++done, dataset.length);
  }
}

async function openUsable(
  files: FileSystem,
  path: string,
  layout: FeatureFileLayout,
  onRebuild: (message: string) => void,
): Promise<FeatureFile | undefined> {
  if (!(await files.stat(path))) return undefined;
  const found = await openFeatureFile(files, path, layout).catch((error: unknown) => {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  });
  if (typeof found !== 'string') return found;
  onRebuild(`ast-ts: the features in ${path} are made again: ${found}`);
  return undefined;
}

/** A readable beginning, and a hash of all that needs a file of its own. */
async function fileName(dataset: AudioDataset, extractor: string, dtype: FeatureDtype): Promise<string> {
  const { name, sampleRate } = dataset;
  const ids = indicesOf(dataset).map((index) => dataset.idOf(index));
  const hash = await sha256(JSON.stringify([name, sampleRate, extractor, dtype, ids]));
  return `${name.replaceAll(/[^\w.-]+/g, '-').slice(-40)}-${hash.slice(0, 16)}.safetensors`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
