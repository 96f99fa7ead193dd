import type { AudioDataset } from './dataset.js';

/** A class and how many recordings it has. */
export interface LabelCount {
  readonly label: string;
  readonly count: number;
}

/**
 * How many recordings each class has, in the order of `labels`, zeros included. Decodes nothing.
 *
 * @example
 * ```ts
 * console.table(countLabels(dataset)); // { label: 'dog', count: 40 } …
 * ```
 */
export function countLabels(dataset: AudioDataset): LabelCount[] {
  const counts = dataset.labels.map(() => 0);
  for (let index = 0; index < dataset.length; index++) counts[dataset.labelOf(index)]!++;
  return dataset.labels.map((label, index) => ({ label, count: counts[index]! }));
}
