import { DatasetError } from '../errors.js';

/** Which part of a data set to load, in the words of Hugging Face's `load_dataset`. */
export interface SplitOptions {
  /** A configuration (subset) by name; `fold1` … for data sets with folds, meaning that fold 1 is the test set. */
  readonly config?: string;
  /** Such as `train` or `test`; in `loadDataset` also parts: `train[:10%]`, `train[10:20]`, `train+test`. */
  readonly split?: string;
  /** The folds to load, such as `[2, 3, 4, 5]`; for data sets with folds, in place of `config` and `split`. */
  readonly folds?: readonly number[];
}

/**
 * The folds that the options ask for, or `undefined` for the whole data set.
 *
 * @param present The folds that the data set has.
 * @throws DatasetError when the options contradict each other or name what the data set does not have.
 */
export function foldsToLoad(
  name: string,
  { config, split, folds }: SplitOptions,
  present: readonly number[],
): readonly number[] | undefined {
  if (folds !== undefined) {
    if (config !== undefined || split !== undefined)
      throw new DatasetError(`${name}: give either folds, or config and split, not both.`);
    return folds;
  }
  if (config === undefined && split === undefined) return undefined;
  const configs = present.map((fold) => `fold${fold}`);
  if (config === undefined)
    throw new DatasetError(`${name}: split ${split} needs a config that says which fold tests: ${configs.join(', ')}.`);
  const test = present[configs.indexOf(config)];
  if (test === undefined)
    throw new DatasetError(
      `${name} has no config ${config}; it has ${configs.join(', ')} (fold1: fold 1 is the test set).`,
    );
  if (split === 'test') return [test];
  if (split === 'train') return present.filter((fold) => fold !== test);
  throw new DatasetError(`${name}: config ${config} has the splits train and test, got ${split ?? 'no split'}.`);
}
