import { checksum } from '../datasets/checksum.js';
import { type AudioDataset, sharedSources } from '../datasets/index.js';
import { DatasetError, TrainingError } from '../errors.js';
import type { TrainableModel } from './model.js';

/** Sounds compared at most to tell whether clips of one id are one clip. */
const COMPARED = 16;

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

/** Throws a TrainingError when a batch that was asked for is larger than the training set. */
export function checkBatchSize(dataset: AudioDataset, batchSize: number | undefined): void {
  if (batchSize === undefined || batchSize <= dataset.length) return;
  throw new TrainingError(
    `Training argument perDeviceTrainBatchSize: expected at most ${dataset.length}, the clips of ${dataset.name}; got ${batchSize}.`,
  );
}

/**
 * Throws a TrainingError when evaluation data has recordings of the training data: clips cut from one source, or clips of
 * one id. Where ids count within a directory or a list only, the sounds of one id may be two: these are compared.
 */
export async function checkIndependence(train: AudioDataset, test: AudioDataset): Promise<void> {
  const sources = sharedSources(train, test);
  if (sources.length > 0) throw shared(train, test, `clips cut from the same recordings, ${list(sources)}`);
  const places = new Map(Array.from({ length: train.length }, (_, index) => [train.idOf(index), index]));
  const pairs = Array.from({ length: test.length }, (_, index) => [places.get(test.idOf(index)), index] as const);
  const sameId = pairs.filter((pair): pair is readonly [number, number] => pair[0] !== undefined);
  for (const [inTrain, inTest] of sameId.slice(0, COMPARED)) {
    const [one, other] = [await soundOf(train, inTrain), await soundOf(test, inTest)];
    if (one === undefined || one !== other) continue;
    throw shared(train, test, `clips, ${list(sameId.map(([, index]) => test.idOf(index)))}`);
  }
}

function shared(train: AudioDataset, test: AudioDataset, what: string): TrainingError {
  return new TrainingError(
    `${train.name} is to train and ${test.name} to evaluate, and they share ${what}: the evaluation would measure memory. ` +
      'Split them apart; or pass args { allowSharedRecordings: true } if that is what you want to see.',
  );
}

/** Check sum of a clip's samples; `undefined` for one that cannot be read. */
async function soundOf(dataset: AudioDataset, index: number): Promise<number | undefined> {
  try {
    return checksum((await dataset.get(index)).waveform.samples);
  } catch (error) {
    if (error instanceof DatasetError) return undefined;
    throw error;
  }
}

function list(names: readonly string[]): string {
  return `[${names.slice(0, 6).join(', ')}${names.length > 6 ? `, … ${names.length} in all` : ''}]`;
}
