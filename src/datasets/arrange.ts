import { DatasetError } from '../errors.js';
import { createRandom } from '../random.js';
import type { AudioDataset } from './dataset.js';
import { subset } from './subset.js';

/** What is known of a clip without decoding it. */
export interface ClipInfo {
  /** Where the data set has it, from 0. */
  readonly index: number;
  readonly id: string;
  /** The name of its class. */
  readonly label: string;
  /** The longer recording that it was cut from, where known. */
  readonly source: string | undefined;
  /** Its cross-validation fold, where there are folds. */
  readonly fold: number | undefined;
}

/**
 * The clips that `keep` says yes to, in their order. Decodes nothing and copies nothing; the labels stay those of the
 * whole, so that models trained on different parts have the same outputs (`groupLabels` leaves classes out).
 *
 * @throws DatasetError when no clip is left.
 *
 * @example
 * ```ts
 * const outdoors = filterDataset(dataset, ({ label, id }) => label !== 'clock_alarm' && !id.includes('indoor'));
 * ```
 */
export function filterDataset(dataset: AudioDataset, keep: (clip: ClipInfo) => boolean): AudioDataset {
  const kept = [...Array(dataset.length).keys()].filter((index) =>
    keep({
      index,
      id: dataset.idOf(index),
      label: dataset.labels[dataset.labelOf(index)]!,
      source: dataset.sourceOf?.(index),
      fold: dataset.foldOf?.(index),
    }),
  );
  if (kept.length === 0)
    throw new DatasetError(`filterDataset: none of the ${dataset.length} recordings of ${dataset.name} is to be kept.`);
  return subset(dataset, kept);
}

/**
 * The same clips in random order, each order equally likely. For a part at random take the first indices of it with
 * {@link subset}. The Trainer shuffles every epoch by itself.
 *
 * @param seed A safe integer: the same order on every machine.
 *
 * @example
 * ```ts
 * const hundred = subset(shuffleDataset(dataset, 42), [...Array(100).keys()]);
 * ```
 */
export function shuffleDataset(dataset: AudioDataset, seed: number): AudioDataset {
  const order = createRandom([seed, 'shuffleDataset']).shuffle([...Array(dataset.length).keys()]);
  return subset(dataset, order, { name: `${dataset.name} (shuffled)` });
}
