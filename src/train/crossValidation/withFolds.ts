import { groupFolds } from '../../datasets/groupFolds.js';
import type { AudioDataset } from '../../datasets/index.js';
import { recordingGroups } from '../../datasets/recordingGroups.js';
import { foldsOf, subset } from '../../datasets/subset.js';
import { TrainingError } from '../../errors.js';

/**
 * A data set with folds: its own, where it has them, as ESC-50 has five; else `folds` new ones, which keep the clips of a
 * recording together.
 *
 * @throws {TrainingError} when its own are another number, or it has clips of one fold only
 * @throws {DatasetError} when it has fewer recordings than folds are asked for
 */
export function withFolds(dataset: AudioDataset, folds: number | undefined): AudioDataset {
  const own = foldsOf(dataset).length;
  if (own > 0 && folds !== undefined && folds !== own)
    throw new TrainingError(`${dataset.name} has ${own} folds of its own, got folds: ${folds}; leave it out.`);
  if (own === 1) throw new TrainingError(`${dataset.name} has clips of one fold only; load it with all of them.`);
  if (own > 1) return dataset;
  const assigned = groupFolds(dataset, recordingGroups(dataset), folds ?? 5);
  const all = [...assigned.keys()];
  return { ...subset(dataset, all, { name: dataset.name }), foldOf: (index) => assigned[index] };
}
