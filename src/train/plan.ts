import type { TrainingArguments } from './arguments.js';

/** How long a run is. */
export interface Plan {
  /** Clips a batch. */
  readonly batchSize: number;
  /** Optimizer steps an epoch. */
  readonly perEpoch: number;
  /** Optimizer steps of the run. */
  readonly totalSteps: number;
  /** Those of them from rate 0 to the peak. */
  readonly warmupSteps: number;
  /** How often the data is gone through at most. */
  readonly epochs: number;
}

/** What the arguments mean for a training set of so many clips. */
export function planSteps(args: TrainingArguments, clips: number): Plan {
  const batchSize = Math.min(args.perDeviceTrainBatchSize, clips);
  const perEpoch = Math.ceil(Math.ceil(clips / batchSize) / args.gradientAccumulationSteps);
  const byEpochs = args.maxSteps < 1;
  const totalSteps = byEpochs ? Math.ceil(args.numTrainEpochs * perEpoch) : args.maxSteps;
  return {
    batchSize,
    perEpoch,
    totalSteps,
    warmupSteps: args.warmupSteps || Math.ceil(args.warmupRatio * totalSteps),
    // Skipped recordings make an epoch shorter than planned; the number of epochs stays.
    epochs: byEpochs ? Math.ceil(args.numTrainEpochs) : Number.POSITIVE_INFINITY,
  };
}

/** Whether a step is one of every `interval`; below 1 that is a share of all steps, rounded up as in transformers. */
export function isDue(step: number, interval: number, totalSteps: number): boolean {
  return step % (interval < 1 ? Math.ceil(interval * totalSteps) : interval) === 0;
}
