import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { TrainableModel } from './model.js';

/** Throws a TrainingError when a data set is empty, its classes are not the model's, or a clip's class is none of them. */
export function checkDataset(dataset: AudioDataset, model: TrainableModel): void {
  if (dataset.length === 0) throw new TrainingError(`${dataset.name} is empty; expected one or more clips.`);
  const differs =
    model.labels.length !== dataset.labels.length || model.labels.some((label, i) => label !== dataset.labels[i]);
  if (differs)
    throw new TrainingError(
      `${dataset.name} has the classes ${list(dataset.labels)}; the model has ${list(model.labels)}. ` +
        'Load the model with { labels: dataset.labels }, or map the classes with groupLabels(dataset, mapping).',
    );
  for (let index = 0; index < dataset.length; index++)
    for (const label of dataset.labelsOf?.(index) ?? [dataset.labelOf(index)])
      if (model.labels[label] === undefined)
        throw new TrainingError(
          `${dataset.name}: ${dataset.idOf(index)} has class ${label}; expected 0 to ${model.labels.length - 1}.`,
        );
}

function list(labels: readonly string[]): string {
  return `[${labels.slice(0, 6).join(', ')}${labels.length > 6 ? `, … ${labels.length} in all` : ''}]`;
}
