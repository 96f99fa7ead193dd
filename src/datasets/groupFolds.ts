import { DatasetError } from '../errors.js';
import type { AudioDataset } from './dataset.js';
import type { RecordingGroup } from './recordingGroups.js';

/**
 * The fold of each clip, from 1: each group lies in one fold, and the classes are spread as evenly as that allows. The
 * greedy rule of scikit-learn's `StratifiedGroupKFold`: the groups whose classes differ most first (of equal ones in the
 * order given), each to the fold where the classes then vary least, or the smallest of such.
 *
 * @throws DatasetError when `folds` is no integer from 2 to the number of groups.
 */
export function groupFolds(dataset: AudioDataset, groups: readonly RecordingGroup[], folds: number): number[] {
  if (!Number.isSafeInteger(folds) || folds < 2 || folds > groups.length)
    throw new DatasetError(
      `folds: expected an integer from 2 to ${groups.length}, the recordings of ${dataset.name}; got ${folds}.`,
    );
  const totals = groups[0]!.counts.map((_, label) => sum(groups.map(({ counts }) => counts[label]!)));
  const held = Array.from({ length: folds }, () => totals.map(() => 0));
  /** How much the share of each class differs between folds once `group` is in `fold`, on average. */
  const unevenness = (fold: number, group: RecordingGroup): number => {
    const spread = totals.map((total, label) =>
      deviation(held.map((counts, each) => (counts[label]! + (each === fold ? group.counts[label]! : 0)) / total)),
    );
    return mean(spread);
  };
  const assigned = new Array<number>(dataset.length);
  for (const group of [...groups].sort((a, b) => deviation(b.counts) - deviation(a.counts))) {
    let best = { fold: -1, unevenness: Number.POSITIVE_INFINITY, clips: 0 };
    for (const [fold, counts] of held.entries()) {
      const candidate = { fold, unevenness: unevenness(fold, group), clips: sum(counts) };
      const isSmaller = isClose(candidate.unevenness, best.unevenness) && candidate.clips < best.clips;
      if (candidate.unevenness < best.unevenness || isSmaller) best = candidate;
    }
    for (const clip of group.clips) assigned[clip] = best.fold + 1;
    for (const [label, count] of group.counts.entries()) held[best.fold]![label]! += count;
  }
  return assigned;
}

/** As NumPy's. */
const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Standard deviation, of the values themselves (ddof 0). */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
