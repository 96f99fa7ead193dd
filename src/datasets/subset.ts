import { DatasetError } from '../errors.js';
import { type AudioDataset, itemAt } from './dataset.js';

/**
 * Some recordings of a data set, in the order of `indices`, without copying them. The labels stay those of the whole,
 * so that models trained on different subsets have the same outputs.
 *
 * @param indices Numbers in [0, dataset.length); one may occur twice (sampling with replacement).
 * @param options `name`: what messages call it; default: the data set's name with the number of recordings.
 * @throws DatasetError when `indices` is empty; RangeError when one is out of range.
 *
 * @example
 * ```ts
 * const firstHundred = subset(dataset, [...Array(100).keys()]);
 * ```
 */
export function subset(
  dataset: AudioDataset,
  indices: readonly number[],
  { name = `${dataset.name} (${indices.length} of ${dataset.length} recordings)` }: { readonly name?: string } = {},
): AudioDataset {
  if (indices.length === 0)
    throw new DatasetError(`A subset of ${dataset.name} needs at least one recording, got none.`);
  const chosen = [...indices];
  for (const index of chosen) dataset.labelOf(index);
  const { features } = dataset;
  return {
    name,
    length: chosen.length,
    labels: dataset.labels,
    sampleRate: dataset.sampleRate,
    labelOf: (index) => dataset.labelOf(itemAt(name, chosen, index)),
    labelsOf: dataset.labelsOf && ((index) => dataset.labelsOf!(itemAt(name, chosen, index))),
    idOf: (index) => dataset.idOf(itemAt(name, chosen, index)),
    foldOf: (index) => dataset.foldOf?.(itemAt(name, chosen, index)),
    sourceOf: (index) => dataset.sourceOf?.(itemAt(name, chosen, index)),
    get: async (index) => dataset.get(itemAt(name, chosen, index)),
    bytesOf: dataset.bytesOf && (async (index) => dataset.bytesOf!(itemAt(name, chosen, index))),
    fingerprint: dataset.fingerprint && (() => dataset.fingerprint!()),
    features: features && { ...features, read: async (index) => features.read(itemAt(name, chosen, index)) },
  };
}

/** The folds that occur in a data set, ascending; empty when it has none. */
export function foldsOf(dataset: AudioDataset): number[] {
  const folds = new Set<number>();
  for (let index = 0; index < dataset.length; index++) {
    const fold = dataset.foldOf?.(index);
    if (fold !== undefined) folds.add(fold);
  }
  return [...folds].sort((a, b) => a - b);
}

/**
 * The recordings of some cross-validation folds.
 *
 * @param folds Numbers of folds, such as `[2, 3, 4, 5]`.
 * @throws DatasetError when no fold is given, one is given twice, or the data set does not have it.
 *
 * @example
 * ```ts
 * for (const fold of [1, 2, 3, 4, 5]) {
 *   const train = selectFolds(esc50, [1, 2, 3, 4, 5].filter((other) => other !== fold));
 *   const test = selectFolds(esc50, [fold]);
 * }
 * ```
 */
export function selectFolds(dataset: AudioDataset, folds: readonly number[]): AudioDataset {
  const present = foldsOf(dataset);
  if (present.length === 0) throw new DatasetError(`${dataset.name} has no folds; choose recordings with subset().`);
  if (folds.length === 0) throw new DatasetError(`Expected at least one fold of ${dataset.name}, got none.`);
  for (const [position, fold] of folds.entries()) {
    if (!present.includes(fold))
      throw new DatasetError(`${dataset.name} has the folds ${present.join(', ')}; there is no fold ${fold}.`);
    if (folds.indexOf(fold) !== position)
      throw new DatasetError(`Fold ${fold} is given twice in [${folds.join(', ')}].`);
  }
  const indices = [...Array(dataset.length).keys()];
  return subset(
    dataset,
    indices.filter((index) => folds.includes(dataset.foldOf?.(index) ?? 0)),
    { name: `${dataset.name} (fold${folds.length > 1 ? 's' : ''} ${folds.join(', ')})` },
  );
}
