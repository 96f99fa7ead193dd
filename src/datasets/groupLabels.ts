import { DatasetError } from '../errors.js';
import { type AudioDataset, itemAt } from './dataset.js';
import { subset } from './subset.js';

/**
 * Which classes make up a group, or which group a class belongs to: `{ birds: ['hen', 'crow'] }` and
 * `{ hen: 'birds', crow: 'birds' }` mean the same.
 */
export type LabelGroups = Readonly<Record<string, string | readonly string[]>>;

/**
 * Four sounds of nature among the classes of [ESC-50](https://github.com/karolpiczak/ESC-50): 16 of its 50 classes.
 *
 * @example
 * ```ts
 * natureCategories.wind; // ['wind']
 * ```
 */
export const natureCategories = {
  birds: ['rooster', 'hen', 'chirping_birds', 'crow'],
  water: ['rain', 'sea_waves', 'water_drops', 'pouring_water', 'thunderstorm'],
  wind: ['wind'],
  mammals: ['dog', 'pig', 'cow', 'cat', 'frog', 'sheep'],
} as const satisfies LabelGroups;

/** Settings of {@link groupLabels}. */
export interface GroupLabelsOptions {
  /** What to do with recordings of classes outside all groups: leave them out (default), or keep their own class. */
  readonly others?: 'drop' | 'keep';
  /**
   * What to do with a group that has none of its classes in the data set: leave it out of `labels` (default), keep it
   * as a label without recordings (the same labels for every data set), or throw.
   */
  readonly emptyGroups?: 'drop' | 'keep' | 'throw';
}

/** A data set whose labels are groups, and what the grouping left out. */
export interface GroupedDataset extends AudioDataset {
  /** Groups none of whose classes the data set has. */
  readonly emptyGroups: readonly string[];
  /** Classes that the mapping names and the data set does not have. */
  readonly absentClasses: readonly string[];
  /** Classes of the data set whose recordings were left out. */
  readonly droppedClasses: readonly string[];
}

function groupOfClass(mapping: LabelGroups): Map<string, string> {
  const groups = new Map<string, string>();
  for (const [key, value] of Object.entries(mapping)) {
    const pairs = typeof value === 'string' ? [[key, value] as const] : value.map((name) => [name, key] as const);
    for (const [name, group] of pairs) {
      const other = groups.get(name);
      if (other !== undefined && other !== group)
        throw new DatasetError(`The class ${name} is in two groups, ${other} and ${group}; a class has one group.`);
      groups.set(name, group);
    }
  }
  return groups;
}

/**
 * Maps classes onto fewer groups, such as the classes of ESC-50 onto nature's four.
 *
 * The labels are the groups in the order of the mapping, then (with `others: 'keep'`) the classes outside all groups. A
 * class that the data set does not have is no error: one mapping serves a data set and its subsets. What was left out is
 * in the result's `emptyGroups`, `absentClasses` and `droppedClasses`, and an empty group is also told in its `name`.
 *
 * @throws DatasetError when a class is in two groups, no class is in the data set, no recording is left, a kept class has
 * the name of a group, or a group is empty and `emptyGroups` is `'throw'`.
 *
 * @example
 * ```ts
 * const nature = groupLabels(await loadDataset('./ESC-50'), natureCategories);
 * nature.labels; // ['birds', 'water', 'wind', 'mammals']
 * ```
 */
export function groupLabels(
  dataset: AudioDataset,
  mapping: LabelGroups,
  { others = 'drop', emptyGroups = 'drop' }: GroupLabelsOptions = {},
): GroupedDataset {
  const groups = groupOfClass(mapping);
  const known = new Set(dataset.labels);
  const absentClasses = [...groups.keys()].filter((name) => !known.has(name));
  const filled = new Set(dataset.labels.flatMap((name) => groups.get(name) ?? []));
  const all = [...new Set(groups.values())];
  const empty = all.filter((group) => !filled.has(group));
  const outside = dataset.labels.filter((name) => !groups.has(name));
  if (filled.size === 0)
    throw new DatasetError(
      `None of the mapping's classes (${[...groups.keys()].join(', ')}) is in ${dataset.name}, ` +
        `which has ${dataset.labels.join(', ')}.`,
    );
  if (empty.length > 0 && emptyGroups === 'throw')
    throw new DatasetError(
      `${dataset.name} has no class of ${empty.join(', ')}; of the mapping it lacks ${absentClasses.join(', ')}.`,
    );
  const clash = others === 'keep' && outside.find((name) => all.includes(name));
  if (clash)
    throw new DatasetError(`The class ${clash} is kept outside all groups but has a group's name; map it too.`);

  const labels = [
    ...all.filter((group) => emptyGroups === 'keep' || filled.has(group)),
    ...(others === 'keep' ? outside : []),
  ];
  // [classes of the data set] -> index into the new labels, or -1 when left out
  const newLabels = dataset.labels.map((name) => labels.indexOf(groups.get(name) ?? (others === 'keep' ? name : '')));
  const kept = [...Array(dataset.length).keys()].filter((index) => newLabels[dataset.labelOf(index)]! >= 0);
  const missing = empty.length > 0 ? `; no ${empty.join(', ')}` : '';
  const view = subset(dataset, kept, { name: `${dataset.name} as ${labels.join(', ')}${missing}` });
  const labelOf = (index: number) => itemAt(dataset.name, newLabels, view.labelOf(index));
  return {
    ...view,
    labels,
    labelOf,
    labelsOf:
      view.labelsOf &&
      ((index) => [...new Set(view.labelsOf!(index).map((label) => newLabels[label]!))].filter((label) => label >= 0)),
    get: async (index) => ({ ...(await view.get(index)), label: labelOf(index) }),
    emptyGroups: empty,
    absentClasses,
    droppedClasses: others === 'drop' ? outside : [],
  };
}
