import { createRandom } from '../random.js';
import type { AudioDataset } from './dataset.js';
import { groupFolds } from './groupFolds.js';
import { type GroupBy, recordingGroups } from './recordingGroups.js';
import { selectFolds, subset } from './subset.js';

/** Settings of {@link kFold}. */
export interface KFoldOptions {
  /** How many folds, from 2 to the number of recordings. Default 5. */
  readonly folds?: number;
  /** What stays in one fold. Default: the clips of one source recording, where sources are known. */
  readonly groupBy?: GroupBy;
  /** Shuffles recordings with the same spread of classes first, as a safe integer says. Default: they are taken in order. */
  readonly seed?: number;
}

/** One of the folds that {@link kFold} gives. */
export interface Fold {
  /** Its number, from 1; the clips of `test` have it as their fold (`foldOf`). */
  readonly fold: number;
  /** The clips of all other folds. */
  readonly train: AudioDataset;
  readonly test: AudioDataset;
}

/**
 * Divides a data set into new folds, each of which tests once. No recording is in two folds: clips of one source stay
 * together, and so do clips of one id; the classes are spread as evenly as that allows. The rule is that of scikit-learn's
 * `StratifiedGroupKFold`, and without `seed` so are the folds. The official folds of ESC-50 are those of {@link selectFolds}.
 *
 * @throws DatasetError when `folds` is out of range, or `groupBy` does not fit: see {@link GroupBy}.
 *
 * @example
 * ```ts
 * for (const { fold, train, test } of kFold(dataset, { folds: 5, seed: 1 })) console.log(fold, train.length, test.length);
 * ```
 */
export function kFold(dataset: AudioDataset, { folds = 5, groupBy, seed }: KFoldOptions = {}): Fold[] {
  const groups = recordingGroups(dataset, groupBy);
  const ordered = seed === undefined ? groups : createRandom([seed, 'kFold']).shuffle(groups);
  const assigned = groupFolds(dataset, ordered, folds);
  const numbers = Array.from({ length: folds }, (_, index) => index + 1);
  const folded: AudioDataset = {
    ...subset(dataset, [...assigned.keys()], { name: dataset.name }),
    foldOf: (index) => assigned[index],
  };
  return numbers.map((fold) => ({
    fold,
    train: selectFolds(
      folded,
      numbers.filter((other) => other !== fold),
    ),
    test: selectFolds(folded, [fold]),
  }));
}
