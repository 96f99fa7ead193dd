import type { AudioDataset } from './dataset.js';

/**
 * Source recordings that clips of both data sets were cut from: a leak, when one trains and the other tests. Clips whose
 * source is unknown do not count.
 *
 * @example
 * ```ts
 * if (sharedSources(train, test).length > 0) throw new Error('The test set is not independent.');
 * ```
 */
export function sharedSources(one: AudioDataset, other: AudioDataset): string[] {
  const sources = (dataset: AudioDataset) =>
    new Set(Array.from({ length: dataset.length }, (_, index) => dataset.sourceOf?.(index) ?? []).flat());
  const others = sources(other);
  return [...sources(one)].filter((source) => others.has(source));
}
