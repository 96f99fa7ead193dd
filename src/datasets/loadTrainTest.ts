import { DatasetError } from '../errors.js';
import type { AudioDataset } from './dataset.js';
import { findLayout, partsOf } from './layout.js';
import { type LoadDatasetOptions, loadDataset } from './loadDataset.js';
import { type TrainTestSplit, trainTestSplit } from './trainTestSplit.js';

/** Settings of {@link loadTrainTest}. */
export interface LoadTrainTestOptions extends Omit<LoadDatasetOptions, 'split' | 'folds'> {
  /** The fold to test on, for data with folds. Default: the first. */
  readonly fold?: number;
  /** How much of a data set of one split is for testing: a share in (0, 1) or a number of clips. Default 0.2. */
  readonly testSize?: number;
  /** Seed of that split. Default 42. */
  readonly seed?: number;
}

/**
 * Opens a data set as one part to train and one to test, however it is divided:
 *
 * - with folds, as ESC-50: one fold tests, the others train;
 * - with a split `train`, and `test` or `validation`: those;
 * - with one split: at random by {@link trainTestSplit}, stratified, with all clips of a source recording on one side.
 *
 * @throws DatasetError when it is divided in another way, `fold` is none of its folds or it has none, or as {@link loadDataset}
 * and {@link trainTestSplit} do.
 * @throws HubError when the Hub does not have the data set or cannot be reached.
 *
 * @example
 * ```ts
 * const { train, test } = await loadTrainTest('./sounds', { testSize: 0.25, seed: 1 });
 * ```
 */
export async function loadTrainTest(
  idOrPath: string,
  { fold, testSize = 0.2, seed = 42, ...options }: LoadTrainTestOptions = {},
): Promise<TrainTestSplit> {
  const { folds, splits } = await partsOf(await findLayout(idOrPath, options), options);
  if (fold !== undefined && folds.length === 0)
    throw new DatasetError(`fold: ${idOrPath} has no folds, but the splits ${splits.join(', ')}; leave fold out.`);
  const load = (split: string, config = options.config): Promise<AudioDataset> =>
    loadDataset(idOrPath, { ...options, config, split });
  if (folds.length > 0) {
    const config = `fold${fold ?? folds[0]}`;
    return { train: await load('train', config), test: await load('test', config) };
  }
  const test = ['test', 'validation'].find((split) => splits.includes(split));
  if (splits.includes('train') && test !== undefined) return { train: await load('train'), test: await load(test) };
  const [only, ...others] = splits;
  if (only !== undefined && others.length === 0)
    return trainTestSplit(await load(only), { testSize, stratify: true, seed });
  throw new DatasetError(
    `${idOrPath} has the splits ${splits.join(', ') || 'of none of its configs by default'}; expected folds, train and test, or ` +
      'one that is divided at random. Choose a config, or load splits with loadDataset.',
  );
}
