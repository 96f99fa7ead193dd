import { TrainingError } from '../errors.js';
import type { BestMetric, TrainingArguments } from './arguments.js';
import { schedulerTypes } from './schedule.js';

const defaults: TrainingArguments = {
  numTrainEpochs: 2,
  maxSteps: -1,
  perDeviceTrainBatchSize: 8,
  perDeviceEvalBatchSize: 8,
  autoFindBatchSize: false,
  gradientAccumulationSteps: 1,
  gradientCheckpointing: false,
  optimizer: 'adamw',
  learningRate: 5e-5,
  weightDecay: 0,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  layerwiseLearningRateDecay: 1,
  maxGradNorm: 1,
  lrSchedulerType: 'linear',
  lrSchedulerKwargs: {},
  warmupSteps: 0,
  warmupRatio: 0,
  labelSmoothingFactor: 0,
  classWeights: undefined,
  sampler: 'shuffle',
  evalStrategy: 'epoch',
  evalSteps: 500,
  loggingStrategy: 'steps',
  loggingSteps: 1,
  outputDir: undefined,
  overwriteOutputDir: false,
  saveStrategy: 'epoch',
  saveSteps: 500,
  saveTotalLimit: undefined,
  saveOnSignal: true,
  resumeFromCheckpoint: false,
  loadBestModelAtEnd: false,
  metricForBestModel: 'evalLoss',
  greaterIsBetter: false,
  seed: 42,
  shuffle: true,
  cacheFeatures: true,
  prefetchWorkers: 0,
  onUnreadable: 'throw',
  allowSharedRecordings: false,
  disableProgress: false,
};

type Check = readonly [holds: (value: unknown) => boolean, expected: string];

const number = (holds: (value: number) => boolean, expected: string): Check => [
  (value) => typeof value === 'number' && holds(value),
  expected,
];
const oneOf = (...allowed: readonly unknown[]): Check => [
  (value) => allowed.includes(value),
  `one of ${allowed.join(', ')}`,
];
const optional = ([holds, expected]: Check): Check => [(value) => value === undefined || holds(value), expected];

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 1;
const count = number(isCount, 'a positive integer');
const countOrNone = number((n) => Number.isSafeInteger(n) && n >= 0, 'an integer of 0 or more');
const interval = number((n) => isCount(n) || (n > 0 && n < 1), 'a positive integer, or a share of all steps in (0, 1)');
const notNegative = number((n) => n >= 0 && n < Number.POSITIVE_INFINITY, 'a number of 0 or more');
const positive = number((n) => n > 0 && n < Number.POSITIVE_INFINITY, 'a positive number');
const share = number((n) => n >= 0 && n < 1, 'a number in [0, 1)');
const flag: Check = [(value) => typeof value === 'boolean', 'true or false'];
const path: Check = [(value) => typeof value === 'string' && value !== '', 'a path'];
const strategy = oneOf('no', 'steps', 'epoch');
/** The metrics that say which model is better. */
export const bestMetrics: readonly BestMetric[] = [
  'evalLoss',
  'evalAccuracy',
  'evalBalancedAccuracy',
  'evalMacroF1',
  'evalMeanAveragePrecision',
];

const checks: Record<keyof TrainingArguments, Check> = {
  numTrainEpochs: positive,
  maxSteps: number((n) => n === -1 || isCount(n), 'a positive integer, or -1'),
  perDeviceTrainBatchSize: count,
  perDeviceEvalBatchSize: count,
  autoFindBatchSize: flag,
  gradientAccumulationSteps: count,
  gradientCheckpointing: flag,
  optimizer: [
    (value) => ['adamw', 'adam', 'sgd'].includes(value as string) || hasStep(value),
    "'adamw', 'adam', 'sgd' or an optimizer",
  ],
  learningRate: notNegative,
  weightDecay: notNegative,
  adamBeta1: share,
  adamBeta2: share,
  adamEpsilon: positive,
  layerwiseLearningRateDecay: number((n) => n > 0 && n <= 1, 'a number in (0, 1]'),
  maxGradNorm: notNegative,
  lrSchedulerType: oneOf(...schedulerTypes),
  lrSchedulerKwargs: [(value) => typeof value === 'object' && value !== null, 'an object of settings'],
  warmupSteps: countOrNone,
  warmupRatio: share,
  labelSmoothingFactor: share,
  classWeights: optional([
    (value) => value === 'balanced' || (Array.isArray(value) && value.every((n) => notNegative[0](n))),
    "'balanced', or a number of 0 or more for each class",
  ]),
  sampler: oneOf('shuffle', 'balanced'),
  evalStrategy: strategy,
  evalSteps: interval,
  loggingStrategy: strategy,
  loggingSteps: interval,
  outputDir: optional(path),
  overwriteOutputDir: flag,
  saveStrategy: strategy,
  saveSteps: interval,
  saveTotalLimit: optional(count),
  saveOnSignal: flag,
  resumeFromCheckpoint: [(value) => typeof value === 'boolean' || path[0](value), 'true, false or a directory'],
  loadBestModelAtEnd: flag,
  metricForBestModel: oneOf(...bestMetrics),
  greaterIsBetter: flag,
  seed: number(Number.isSafeInteger, 'an integer'),
  shuffle: flag,
  cacheFeatures: flag,
  prefetchWorkers: countOrNone,
  onUnreadable: oneOf('throw', 'skip'),
  allowSharedRecordings: flag,
  disableProgress: flag,
};

const hasStep = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'step' in value && 'restore' in value;

/** Fills in defaults. Throws a TrainingError that names an unknown argument or one out of range. */
export function completeArguments(given: Partial<TrainingArguments>): TrainingArguments {
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(chosen).find((key) => !Object.hasOwn(defaults, key));
  if (unknown !== undefined)
    throw new TrainingError(
      `Unknown training argument '${unknown}'; expected one of ${Object.keys(defaults).join(', ')}.`,
    );
  const args: TrainingArguments = {
    ...defaults,
    saveStrategy: chosen['outputDir'] === undefined ? 'no' : 'epoch',
    greaterIsBetter: (chosen['metricForBestModel'] ?? 'evalLoss') !== 'evalLoss',
    ...chosen,
  };
  for (const [key, [holds, expected]] of Object.entries(checks) as [keyof TrainingArguments, Check][])
    if (!holds(args[key]))
      throw new TrainingError(
        `Training argument ${key}: expected ${expected}${expected.startsWith('one of') ? ';' : ','} got ${describe(args[key])}.`,
      );
  if (args.saveStrategy !== 'no' && args.outputDir === undefined)
    throw new TrainingError(
      `Training argument saveStrategy: '${args.saveStrategy}' needs outputDir, a directory for the checkpoints.`,
    );
  return args;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
