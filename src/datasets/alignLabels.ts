import { DatasetError } from '../errors.js';
import type { AudioDataset } from './dataset.js';
import { groupLabels } from './groupLabels.js';
import { listed } from './recordingGroups.js';

/**
 * The same clips with the classes of a model, in its order, told by their names; as `align_labels_with_mapping` of Hugging Face's
 * `datasets`. A class of the model may be without clips.
 *
 * @param labels Names of the model's classes.
 * @throws DatasetError when the data set has a clip of a class that is not among them.
 *
 * @example
 * ```ts
 * const test = alignLabels(await loadDataset('./sounds', { split: 'test' }), model.labels);
 * console.log(await trainer.evaluate(test));
 * ```
 */
export function alignLabels(dataset: AudioDataset, labels: readonly string[]): AudioDataset {
  const indices = Array.from({ length: dataset.length }, (_, index) => index);
  const present = new Set(indices.flatMap((index) => dataset.labelsOf?.(index) ?? [dataset.labelOf(index)]));
  const unknown = [...present].map((label) => dataset.labels[label]!).filter((label) => !labels.includes(label));
  if (unknown.length > 0)
    throw new DatasetError(
      `${dataset.name} has clips of ${listed(unknown)}, which is not among the classes ${listed(labels)}. ` +
        'Map classes with groupLabels(dataset, mapping), or leave such clips out with filterDataset.',
    );
  const same = Object.fromEntries(labels.map((label) => [label, [label]]));
  return { ...groupLabels(dataset, same, { emptyGroups: 'keep' }), name: dataset.name };
}
