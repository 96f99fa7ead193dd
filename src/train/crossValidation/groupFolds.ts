import { type AudioDataset, subset } from '../../datasets/index.js';
import { foldsOf } from '../../datasets/subset.js';
import { TrainingError } from '../../errors.js';

/**
 * A data set with folds: its own, where it has them, as ESC-50 has five; else `folds` new ones.
 *
 * @throws {TrainingError} when its own are another number, or it cannot be taken apart so
 */
export function withFolds(dataset: AudioDataset, folds: number | undefined): AudioDataset {
  const own = foldsOf(dataset).length;
  if (own > 0 && folds !== undefined && folds !== own)
    throw new TrainingError(`${dataset.name} has ${own} folds of its own, got folds: ${folds}; leave it out.`);
  if (own === 1) throw new TrainingError(`${dataset.name} has clips of one fold only; load it with all of them.`);
  if (own > 1) return dataset;
  const assigned = groupFolds(dataset, folds ?? 5);
  const all = [...assigned.keys()];
  return { ...subset(dataset, all, { name: dataset.name }), foldOf: (index) => assigned[index] };
}

/** Clips of one recording, which stay together. */
interface Group {
  readonly clips: number[];
  /** Clips of each class that occurs. */
  readonly counts: number[];
}

/**
 * The fold of each clip, from 1: clips cut from one recording (`sourceOf`) lie in one fold, and the classes are spread as
 * evenly as that allows. The greedy rule of scikit-learn's `StratifiedGroupKFold` without shuffling: the recordings whose
 * classes differ most first, each to the fold where the classes then vary least, or the smallest of such.
 */
function groupFolds(dataset: AudioDataset, folds: number): number[] {
  const groups = groupsOf(dataset);
  if (!Number.isSafeInteger(folds) || folds < 2 || folds > groups.length)
    throw new TrainingError(
      `folds: expected an integer from 2 to ${groups.length}, the recordings of ${dataset.name}; got ${folds}.`,
    );
  const totals = groups[0]!.counts.map((_, label) => sum(groups.map(({ counts }) => counts[label]!)));
  const held = Array.from({ length: folds }, () => totals.map(() => 0));
  /** How much the share of each class differs between folds once `group` is in `fold`, on average. */
  const unevenness = (fold: number, group: Group): number => {
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

/** The recordings of a data set; a clip of unknown source is one of its own. */
function groupsOf(dataset: AudioDataset): Group[] {
  const indices = [...Array(dataset.length).keys()];
  const classes = [...new Set(indices.map((index) => dataset.labelOf(index)))];
  const groups = new Map<string, Group>();
  for (const index of indices) {
    const source = dataset.sourceOf?.(index);
    const key = source === undefined ? `clip ${dataset.idOf(index)}` : `source ${source}`;
    const group = groups.get(key) ?? { clips: [], counts: classes.map(() => 0) };
    group.clips.push(index);
    group.counts[classes.indexOf(dataset.labelOf(index))]!++;
    groups.set(key, group);
  }
  return [...groups.values()];
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
