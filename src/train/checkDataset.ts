import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { TrainableModel } from './model.js';

/** Throws a TrainingError when a data set is empty or its classes are not the model's. */
export function checkDataset(dataset: AudioDataset, model: TrainableModel): void {
  if (dataset.length === 0) throw new TrainingError(`${dataset.name} is empty; expected one or more clips.`);
  const differs =
    model.labels.length !== dataset.labels.length || model.labels.some((label, i) => label !== dataset.labels[i]);
  if (differs)
    throw new TrainingError(
      `${dataset.name} has the classes ${list(dataset.labels)}; the model has ${list(model.labels)}. ` +
        'Load the model with { labels: dataset.labels }, or map the classes with groupLabels(dataset, mapping).',
    );
}

function list(labels: readonly string[]): string {
  return `[${labels.slice(0, 6).join(', ')}${labels.length > 6 ? `, … ${labels.length} in all` : ''}]`;
}
