import { DatasetError } from '../errors.js';
import type { AudioDataset } from './dataset.js';

/**
 * What stays on one side of a split: the clips of one source recording, or those for which a function of the clip's index
 * gives the same name (`undefined`: the clip stands alone).
 */
export type GroupBy = 'source' | ((index: number) => string | undefined);

/** Clips that stay together. */
export interface RecordingGroup {
  /** Their indices, ascending. */
  readonly clips: readonly number[];
  /** How many of them each class has, of the classes that occur in the data set. */
  readonly counts: readonly number[];
}

/**
 * The clips of a data set by what must stay together. Without `groupBy`: the clips of one source, where it is known. A clip
 * of unknown source is alone, with those of its id: a data set can hold a clip twice.
 *
 * @throws DatasetError when sources are asked for and not known, or a function puts clips of one recording into two groups.
 */
export function recordingGroups(dataset: AudioDataset, groupBy?: GroupBy): RecordingGroup[] {
  if (groupBy === 'source') requireSources(dataset);
  const indices = [...Array(dataset.length).keys()];
  const recordings = indices.map((index) => recordingOf(dataset, index));
  const keys =
    typeof groupBy === 'function'
      ? indices.map((index) => {
          const group = groupBy(index);
          return group === undefined ? recordings[index]! : `group ${group}`;
        })
      : recordings;
  if (typeof groupBy === 'function') refuseDividedRecordings(dataset, recordings, keys);

  const classes = [...new Set(indices.map((index) => dataset.labelOf(index)))];
  const groups = new Map<string, { clips: number[]; counts: number[] }>();
  for (const index of indices) {
    const group = groups.get(keys[index]!) ?? { clips: [], counts: classes.map(() => 0) };
    group.clips.push(index);
    group.counts[classes.indexOf(dataset.labelOf(index))]!++;
    groups.set(keys[index]!, group);
  }
  return [...groups.values()];
}

function recordingOf(dataset: AudioDataset, index: number): string {
  const source = dataset.sourceOf?.(index);
  return source === undefined ? `clip ${dataset.idOf(index)}` : `source ${source}`;
}

function requireSources(dataset: AudioDataset): void {
  const unknown = [...Array(dataset.length).keys()].filter((index) => dataset.sourceOf?.(index) === undefined);
  if (unknown.length === 0) return;
  throw new DatasetError(
    `groupBy: 'source' needs the source of every clip, and ${dataset.name} does not know that of ${unknown.length} of its ` +
      `${dataset.length}: ${listed(unknown.map((index) => dataset.idOf(index)))}. Give groupBy a function of the clip's ` +
      'index, or leave it out to group those whose source is known.',
  );
}

function refuseDividedRecordings(dataset: AudioDataset, recordings: readonly string[], keys: readonly string[]): void {
  const first = new Map<string, string>();
  const divided = new Set<string>();
  for (const [index, recording] of recordings.entries()) {
    const key = first.get(recording) ?? keys[index]!;
    first.set(recording, key);
    if (key !== keys[index]) divided.add(recording);
  }
  if (divided.size > 0)
    throw new DatasetError(
      `groupBy puts clips of one recording of ${dataset.name} into several groups (${listed([...divided])}): a split could ` +
        'have them on both sides, and a test would measure memory. Give all clips of a recording the same group.',
    );
}

/** The first names of a list, for messages. */
export function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')}, … ${names.length} in all` : names.join(', ');
}
