import * as tf from '@tensorflow/tfjs-core';
import { checksum } from '../datasets/checksum.js';
import type { AudioDataset } from '../datasets/index.js';
import { version } from '../version.js';
import type { TrainingArguments } from './arguments.js';
import type { TrainerCallback } from './callbacks.js';
import type { FeatureExtractor, TrainableModel } from './model.js';

/** What makes a run the run it is, as plain data: a checkpoint is for this run only. */
export type RunDescription = Readonly<Record<string, unknown>>;

/** Arguments that change where a run writes, what it tells and how it computes, but no number of it. */
const incidental: readonly (keyof TrainingArguments)[] = [
  'outputDir',
  'overwriteOutputDir',
  'resumeFromCheckpoint',
  'saveStrategy',
  'saveSteps',
  'saveTotalLimit',
  'saveOnSignal',
  'loggingStrategy',
  'loggingSteps',
  'perDeviceEvalBatchSize',
  'autoFindBatchSize',
  'cacheFeatures',
  'prefetchWorkers',
  'allowSharedRecordings',
  'disableProgress',
];

export function describeRun(run: {
  args: TrainingArguments;
  model: TrainableModel;
  extractor: FeatureExtractor;
  trainDataset: AudioDataset;
  evalDataset: AudioDataset | undefined;
  callbacks: readonly TrainerCallback[];
}): RunDescription {
  const { args, model, extractor, trainDataset, evalDataset, callbacks } = run;
  const shapes = [...model.parameters()].map(([name, { shape }]) => `${name} [${shape}]`);
  return plain({
    args: describeArguments(args),
    model: {
      ...model.config,
      labels: list(model.labels),
      parameters: `${shapes.length}, check sum ${checksumOf(shapes)}`,
    },
    extractor: extractor.config ?? {},
    trainDataset: describeDataset(trainDataset),
    evalDataset: evalDataset && describeDataset(evalDataset),
    callbacks: list(callbacks.flatMap((callback) => (callback.save ? (callback.name ?? []) : []))),
  });
}

/** The arguments that the numbers of a run depend on. */
export function describeArguments(args: TrainingArguments): RunDescription {
  const deciding = Object.entries(args).filter(([name]) => !(incidental as readonly string[]).includes(name));
  return Object.fromEntries(
    deciding.map(([name, value]) => [name, name === 'optimizer' && typeof value === 'object' ? 'your own' : value]),
  );
}

/** What may make the last digits of a run differ. */
export const describeMachine = (backend: string): RunDescription => ({
  backend,
  'ast-ts': version,
  'tfjs-core': tf.version_core,
});

/** Differences between two descriptions, each in words; `where` says what the first is of. */
export function differences(before: RunDescription, now: RunDescription, where: string): string[] {
  const [a, b] = [flat(before), flat(now)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => `${name} is ${a.get(name) ?? 'not given'} in ${where}, ${b.get(name) ?? 'not given'} here`);
}

/** Ids and classes: which sounds there are, not what they sound like. */
export function describeDataset(dataset: AudioDataset): RunDescription {
  const clips = Array.from({ length: dataset.length }, (_, index) => [
    dataset.idOf(index),
    ...(dataset.labelsOf?.(index) ?? [dataset.labelOf(index)]),
  ]);
  return { clips: `${clips.length}, check sum of ids and classes ${checksumOf(clips)}` };
}

const list = (names: readonly string[]): string => names.join(', ');

const checksumOf = (value: unknown): number => checksum(new TextEncoder().encode(JSON.stringify(value)));

/** As it will be read from a file. */
const plain = (value: unknown): RunDescription => JSON.parse(JSON.stringify(value)) as RunDescription;

/** Leaves of nested objects by their dotted names, as JSON. */
function flat(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[prefix, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...flat(inner, prefix === '' ? name : `${prefix}.${name}`)]),
  );
}
