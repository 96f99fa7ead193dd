import type { EvaluationMetrics } from './evaluationMetrics.js';
import type { Optimizer } from './optimizers/index.js';
import type { ScheduleOptions, SchedulerType } from './schedule.js';

/** When something is done: never, every so many steps, or after every pass over the data. */
export type IntervalStrategy = 'no' | 'steps' | 'epoch';

/** A number of an evaluation that says which model is better. */
export type BestMetric = Exclude<keyof EvaluationMetrics, 'evalRuntime' | 'evalSamplesPerSecond'>;

/** Settings of a run: camelCase of Hugging Face's TrainingArguments, with its defaults unless said. */
export interface TrainingArguments {
  /** Passes over the training data. Default 2 (transformers: 3). */
  numTrainEpochs: number;
  /** Optimizer steps instead of epochs, when positive. Default -1. */
  maxSteps: number;
  /** Clips a forward and backward pass, at most as many as the training set has. Default 8, or the whole set where that is smaller. */
  perDeviceTrainBatchSize: number;
  /** Clips a forward pass in evaluation. Default 8. */
  perDeviceEvalBatchSize: number;
  /**
   * When a batch does not fit in memory, compute it in halves, then in quarters, … and average their gradients: a step
   * keeps its clips, and the run its steps (transformers starts again with smaller batches). Default false.
   */
  autoFindBatchSize: boolean;
  /** Batches whose gradients are averaged into one optimizer step. Default 1. */
  gradientAccumulationSteps: number;
  /** Compute the blocks again in the backward pass instead of keeping what is inside them: less memory, a third more work. Default false. */
  gradientCheckpointing: boolean;

  /** The rule of the update, or one made by {@link adamW}, {@link adam}, {@link sgd} with settings of its own. Default `'adamw'`. */
  optimizer: 'adamw' | 'adam' | 'sgd' | Optimizer;
  /** Peak learning rate. Default 5e-5. */
  learningRate: number;
  /** Decay of weights (not of biases and LayerNorm). Default 0. */
  weightDecay: number;
  /** Default 0.9. */
  adamBeta1: number;
  /** Default 0.999. */
  adamBeta2: number;
  /** Default 1e-8. */
  adamEpsilon: number;
  /** Factor on the rate from each block to the one below it, (0, 1], as {@link layerwiseDecay} has it. Default 1. */
  layerwiseLearningRateDecay: number;
  /** Largest global norm of the gradients; 0 does not clip. Default 1. */
  maxGradNorm: number;
  /**
   * How the rate goes on from there ({@link learningRateSchedule}). Default `'linear'`. `'reduce_lr_on_plateau'` watches
   * `metricForBestModel` by {@link reduceOnPlateau}; give that callback yourself for settings of its own.
   */
  lrSchedulerType: SchedulerType;
  /** Settings of that schedule. Default none. */
  lrSchedulerKwargs: ScheduleOptions;
  /** Steps from rate 0 to the peak; wins over `warmupRatio`. Default 0. */
  warmupSteps: number;
  /** The same as a share of all steps, [0, 1). Default 0. */
  warmupRatio: number;

  /** Share of the target spread over all classes, [0, 1); for one label a sound. Default 0. */
  labelSmoothingFactor: number;
  /** How much each class counts in training, [labels], or `'balanced'`: {@link balancedClassWeights}. For one label a sound. Default: all the same. */
  classWeights: 'balanced' | readonly number[] | undefined;
  /** How an epoch draws its clips: each once, or every class as often as any other ({@link balancedOrder}). Default `'shuffle'`. */
  sampler: 'shuffle' | 'balanced';

  /** When to evaluate. Default `'epoch'` with an evaluation set, else `'no'` (transformers: `'no'`). */
  evalStrategy: IntervalStrategy;
  /** Steps between evaluations with `evalStrategy: 'steps'`; below 1 a share of all steps. Default 500. */
  evalSteps: number;
  /** When callbacks that write a log are told (`onLog`); `state.log` holds every step. Default `'steps'`. */
  loggingStrategy: IntervalStrategy;
  /** Steps between them with `loggingStrategy: 'steps'`; below 1 a share of all steps. Default 1 (transformers: 500). */
  loggingSteps: number;

  /** Directory of the checkpoints, `checkpoint-STEP` for each (Node). Without one nothing is written. */
  outputDir: string | undefined;
  /** Delete the checkpoints of other runs in `outputDir` when a new run begins there, which is an error else. Default false. */
  overwriteOutputDir: boolean;
  /** When to write a checkpoint. Default `'epoch'` with an `outputDir` (transformers: `'steps'`), else `'no'`. */
  saveStrategy: IntervalStrategy;
  /** Steps between checkpoints with `saveStrategy: 'steps'`; below 1 a share of all steps. Default 500. */
  saveSteps: number;
  /** How many checkpoints to keep; the oldest is deleted, but neither the newest nor the best. Default: all. */
  saveTotalLimit: number | undefined;
  /** On SIGINT or SIGTERM finish the step, write a checkpoint and end; on a second one end at once (Node, with an `outputDir`). Default true. */
  saveOnSignal: boolean;
  /** Go on from a checkpoint: `true` for the newest whole one in `outputDir`, if there is one yet; or its directory. Default false. */
  resumeFromCheckpoint: boolean | string;
  /** End with the parameters of the best evaluation; it is then always saved, with an `outputDir`, or kept in memory. Default false. */
  loadBestModelAtEnd: boolean;
  /** What makes an evaluation the best. Default `'evalLoss'`. */
  metricForBestModel: BestMetric;
  /** Default: false for the loss, true for all others. */
  greaterIsBetter: boolean;

  /** Fixes the order of the clips, augmentation and dropout. Default 42. */
  seed: number;
  /** Whether each epoch takes the clips in a new order, with `sampler: 'shuffle'`. Default true. */
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
  /** Evaluate on recordings that are trained on too, which is an error else: it measures memory, not what was learned. Default false. */
  allowSharedRecordings: boolean;
  /** No progress bar, even on a terminal. Default false. */
  disableProgress: boolean;
}
