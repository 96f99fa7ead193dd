import { TrainingError } from '../errors.js';
import { type SchedulerType, schedulerTypes } from './schedule.js';

/** Settings of a run: camelCase of Hugging Face's TrainingArguments, with its defaults unless said. */
export interface TrainingArguments {
  /** Passes over the training data. Default 2 (transformers: 3). */
  numTrainEpochs: number;
  /** Optimizer steps instead of epochs, when positive. Default -1. */
  maxSteps: number;
  /** Clips a forward and backward pass. Default 8. */
  perDeviceTrainBatchSize: number;
  /** Clips a forward pass in evaluation. Default 8. */
  perDeviceEvalBatchSize: number;
  /** Peak learning rate. Default 5e-5. */
  learningRate: number;
  /** AdamW's decay of weights (not of biases and LayerNorm). Default 0. */
  weightDecay: number;
  /** Default 0.9. */
  adamBeta1: number;
  /** Default 0.999. */
  adamBeta2: number;
  /** Default 1e-8. */
  adamEpsilon: number;
  /** Largest global norm of the gradients; 0 does not clip. Default 1. */
  maxGradNorm: number;
  /** Default `'linear'`. */
  lrSchedulerType: SchedulerType;
  /** Steps from rate 0 to the peak; wins over `warmupRatio`. Default 0. */
  warmupSteps: number;
  /** The same as a share of all steps, [0, 1). Default 0. */
  warmupRatio: number;
  /** Batches whose gradients are averaged into one optimizer step. Default 1. */
  gradientAccumulationSteps: number;
  /** Share of the target spread over all classes, [0, 1); for one label a sound. Default 0. */
  labelSmoothingFactor: number;
  /** Compute the blocks again in the backward pass instead of keeping what is inside them: less memory, a third more work. Default false. */
  gradientCheckpointing: boolean;
  /** When to evaluate: never, or after every epoch. Default `'epoch'` with an evaluation set, else `'no'`. */
  evalStrategy: 'no' | 'epoch';
  /** Fixes the order of the clips and dropout. Default 42. */
  seed: number;
  /** Whether each epoch takes the clips in a new order. Default true. */
  shuffle: boolean;
  /** Keep features in memory after their first use: clips x frames x bins x 4 bytes. Those on disk stay there. Default true. */
  cacheFeatures: boolean;
  /**
   * Threads that decode sounds and extract features while the model computes (Node). Helps in the first epoch where a core
   * is idle, or decoding takes longer than the model; else they take time from it. Default 0: features are made as needed.
   */
  prefetchWorkers: number;
  /** What a recording that cannot be read does: end the run, or be left out and listed in the result. Default `'throw'`. */
  onUnreadable: 'throw' | 'skip';
  /** No progress bar, even on a terminal. Default false. */
  disableProgress: boolean;
}

const defaults: TrainingArguments = {
  numTrainEpochs: 2,
  maxSteps: -1,
  perDeviceTrainBatchSize: 8,
  perDeviceEvalBatchSize: 8,
  learningRate: 5e-5,
  weightDecay: 0,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  maxGradNorm: 1,
  lrSchedulerType: 'linear',
  warmupSteps: 0,
  warmupRatio: 0,
  gradientAccumulationSteps: 1,
  labelSmoothingFactor: 0,
  gradientCheckpointing: false,
  evalStrategy: 'epoch',
  seed: 42,
  shuffle: true,
  cacheFeatures: true,
  prefetchWorkers: 0,
  onUnreadable: 'throw',
  disableProgress: false,
};

type Check = [holds: (value: number) => boolean, expected: string];
const count: Check = [(n) => Number.isSafeInteger(n) && n >= 1, 'a positive integer'];
const notNegative: Check = [(n) => n >= 0 && n < Number.POSITIVE_INFINITY, 'a number of 0 or more'];
const share: Check = [(n) => n >= 0 && n < 1, 'a number in [0, 1)'];

const checks: Partial<Record<keyof TrainingArguments, Check>> = {
  numTrainEpochs: [(n) => n > 0 && n < Number.POSITIVE_INFINITY, 'a positive number'],
  maxSteps: [(n) => n === -1 || (Number.isSafeInteger(n) && n >= 1), 'a positive integer, or -1'],
  perDeviceTrainBatchSize: count,
  perDeviceEvalBatchSize: count,
  gradientAccumulationSteps: count,
  learningRate: notNegative,
  weightDecay: notNegative,
  maxGradNorm: notNegative,
  adamBeta1: share,
  adamBeta2: share,
  adamEpsilon: [(n) => n > 0, 'a positive number'],
  warmupSteps: [(n) => Number.isSafeInteger(n) && n >= 0, 'an integer of 0 or more'],
  warmupRatio: share,
  labelSmoothingFactor: share,
  prefetchWorkers: [(n) => Number.isSafeInteger(n) && n >= 0, 'an integer of 0 or more'],
  seed: [Number.isSafeInteger, 'an integer'],
};

const choices: Partial<Record<keyof TrainingArguments, readonly unknown[]>> = {
  lrSchedulerType: schedulerTypes,
  evalStrategy: ['no', 'epoch'],
  onUnreadable: ['throw', 'skip'],
  shuffle: [true, false],
  cacheFeatures: [true, false],
  gradientCheckpointing: [true, false],
  disableProgress: [true, false],
};

/** Fills in defaults. Throws a TrainingError that names an unknown argument or one out of range. */
export function completeArguments(given: Partial<TrainingArguments>): TrainingArguments {
  const unknown = Object.keys(given).find((key) => !(key in defaults));
  if (unknown)
    throw new TrainingError(
      `Unknown training argument '${unknown}'; expected one of ${Object.keys(defaults).join(', ')}.`,
    );
  const args = { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  for (const [key, [holds, expected]] of Object.entries(checks) as [keyof TrainingArguments, Check][])
    if (typeof args[key] !== 'number' || !holds(args[key]))
      throw new TrainingError(`Training argument ${key}: expected ${expected}, got ${args[key]}.`);
  for (const [key, allowed] of Object.entries(choices) as [keyof TrainingArguments, readonly unknown[]][])
    if (!allowed.includes(args[key]))
      throw new TrainingError(`Training argument ${key}: expected one of ${allowed.join(', ')}; got '${args[key]}'.`);
  return args;
}

/** How many optimizer steps an epoch and the run have, how many of them warm up, and how often the data is gone through. */
export function planSteps(
  args: TrainingArguments,
  examples: number,
): { perEpoch: number; totalSteps: number; warmupSteps: number; epochs: number } {
  const batches = Math.ceil(examples / args.perDeviceTrainBatchSize);
  const perEpoch = Math.ceil(batches / args.gradientAccumulationSteps);
  const byEpochs = args.maxSteps < 1;
  const totalSteps = byEpochs ? Math.ceil(args.numTrainEpochs * perEpoch) : args.maxSteps;
  return {
    perEpoch,
    totalSteps,
    warmupSteps: args.warmupSteps || Math.ceil(args.warmupRatio * totalSteps),
    // Skipped recordings make an epoch shorter than planned; the number of epochs stays.
    epochs: byEpochs ? Math.ceil(args.numTrainEpochs) : Number.POSITIVE_INFINITY,
  };
}
