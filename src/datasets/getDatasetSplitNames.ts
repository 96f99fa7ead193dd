import { findLayout, partsOf } from './layout.js';
import type { LoadDatasetOptions } from './loadDataset.js';

/**
 * The names of a data set's splits, as `get_dataset_split_names` of Hugging Face's `datasets`: what `split` of {@link loadDataset}
 * can be, in parts and sums too. No sound is read. A data set with folds has splits of a config only, such as `fold1`; none else.
 *
 * @throws DatasetError when the files are no data set of sounds.
 * @throws HubError when the Hub does not have the data set or cannot be reached.
 *
 * @example
 * ```ts
 * const splits = await getDatasetSplitNames('./sounds'); // ['test', 'train']
 * const all = await loadDataset('./sounds', { split: splits.join('+') });
 * ```
 */
export async function getDatasetSplitNames(
  idOrPath: string,
  options: Omit<LoadDatasetOptions, 'split' | 'folds'> = {},
): Promise<string[]> {
  const { splits } = await partsOf(await findLayout(idOrPath, options), options);
  return [...splits];
}
