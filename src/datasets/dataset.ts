import type { MelSpectrogram, Waveform } from '../audio/index.js';

/** One recording with its class. */
export interface AudioExample {
  /** Names the recording within its data set: a path, or `file#row` where there is no path. */
  readonly id: string;
  /** Index into the data set's `labels`. */
  readonly label: number;
  /** Mono samples in [-1, 1] at the data set's `sampleRate`. */
  readonly waveform: Waveform;
}

/** Features of recordings that were extracted before, e.g. by `cacheFeatures`. */
export interface StoredFeatures {
  /** A text that tells the extractor that made them from others. */
  readonly extractor: string;
  /** Features of the recording `index`, [frames, bins]; throws as `get` does for one that could not be read. */
  read(index: number): Promise<MelSpectrogram>;
}

/**
 * Recordings with one class each, in a fixed order. Ids and labels are known without decoding a sound, so that classes
 * can be counted and folds be made cheaply; only `get` reads audio.
 *
 * @example
 * ```ts
 * const dataset = await loadDataset('./ESC-50', { config: 'fold1', split: 'train' });
 * console.log(dataset.length, dataset.labels[dataset.labelOf(0)]);
 * const { id, label, waveform } = await dataset.get(0);
 * ```
 */
export interface AudioDataset {
  /** What messages and reports call it. */
  readonly name: string;
  /** How many recordings there are. */
  readonly length: number;
  /** Names of the classes; their order is the order of a model's outputs. A class may be without recordings. */
  readonly labels: readonly string[];
  /** Samples a second of every waveform, in Hz. */
  readonly sampleRate: number;
  /** Index into `labels` of recording `index` in [0, length), without decoding it. */
  labelOf(index: number): number;
  /** All classes of recording `index`, where a recording can have several; `labelOf` is then the first. */
  labelsOf?(index: number): readonly number[];
  /** The id of recording `index`, without decoding it. */
  idOf(index: number): string;
  /** The cross-validation fold of a recording, from 1; `undefined` where the data set has no folds. */
  foldOf?(index: number): number | undefined;
  /** The longer recording that a clip was cut from, where known: clips of one source belong on one side of a split. */
  sourceOf?(index: number): string | undefined;
  /**
   * Reads and decodes one recording.
   *
   * @throws RangeError when `index` is not in [0, length).
   * @throws DatasetError that names the recording, with its cause, when it cannot be read or decoded.
   * @throws HubError when the Hub cannot be reached: the recording may be fine.
   */
  get(index: number): Promise<AudioExample>;
  /** The encoded sound of a recording, which `get` decodes: for threads that decode. Throws as `get` does. */
  bytesOf?(index: number): Promise<Uint8Array>;
  /** A text that changes when the sounds may have changed; `undefined` where that cannot be known without reading them. */
  fingerprint?(): Promise<string | undefined>;
  /** Features that need no decoding: the Trainer reads these instead of sounds. */
  readonly features?: StoredFeatures;
}

/** `items[index]`, or a RangeError that says what the data set holds. */
export function itemAt<T>(name: string, items: readonly T[], index: number): T {
  const item = Number.isInteger(index) ? items[index] : undefined;
  if (item === undefined)
    throw new RangeError(`${name} holds ${items.length} recordings, numbered from 0; there is no recording ${index}.`);
  return item;
}
