import * as tf from '@tensorflow/tfjs-core';
import type { FeatureAugmentation } from '../augment/index.js';
import { type BackendName, type CustomBackend, useBackend } from '../backends/index.js';
import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { PushedRepository } from '../hub/index.js';
import type { TrainingArguments } from './arguments.js';
import { reduceOnPlateau } from './callbacks/index.js';
import type { TrainerCallback } from './callbacks.js';
import { completeArguments } from './checkArguments.js';
import { checkBatchSize, checkDataset } from './checkDataset.js';
import { checkRun } from './checkRun.js';
import { type Augmentations, type EpochBatches, epochBatches } from './epochBatches.js';
import { type PredictOptions, predict } from './evaluation.js';
import { type EvaluationMetrics, type PredictionOutput, summarize } from './evaluationMetrics.js';
import { type FeatureReaders, featureReaders } from './featureReaders.js';
import type { FeatureExtractor, TrainableModel } from './model.js';
import { type LossFunction, type Objectives, objectivesFor } from './objective.js';
import { type Plan, planSteps } from './plan.js';
import { progressBar } from './progress.js';
import { type PushTrainedOptions, pushTrained } from './pushTrained.js';
import { startRun, type TrainResult } from './run.js';
import { learningRateSchedule, type Schedule } from './schedule.js';

/** What a {@link Trainer} is made of. */
export interface TrainerOptions {
  model: TrainableModel;
  /** Turns a clip into the model's input. */
  extractor: FeatureExtractor;
  trainDataset?: AudioDataset;
  /** Clips that are not in `trainDataset`, nor cut from its recordings. */
  evalDataset?: AudioDataset;
  args?: Partial<TrainingArguments>;
  callbacks?: readonly TrainerCallback[];
  /** The backend to compute on: a name, `'auto'`, or an object that loads one. Default: the active one. */
  backend?: 'auto' | BackendName | CustomBackend;
  /**
   * Changes training clips each time they are used; evaluation data stays as it is. A function changes features, e.g.
   * {@link spectrogramMasking}; sounds, features and batches can each be changed. None may change its input.
   */
  augment?: FeatureAugmentation | Augmentations;
  /** Mean loss of a batch. Default: cross-entropy, or binary cross-entropy for a model with several labels a sound. */
  loss?: LossFunction;
  /** Told what a user should know while a run goes on: a broken checkpoint, a batch that did not fit in memory. Default: `console.warn`. */
  onWarning?: (message: string) => void;
}

/**
 * Fine-tunes a model on a data set: the loop of Hugging Face's Trainer, with its arguments and its numbers. 2 epochs
 * unless told otherwise.
 *
 * @example
 * ```ts
 * const trainer = new Trainer({ model, extractor, trainDataset, evalDataset, args: { learningRate: 1e-4 }, backend: 'auto' });
 * await trainer.train();
 * console.log(await trainer.evaluate());
 * await trainer.saveModel('nature-sounds');
 * ```
 */
export class Trainer {
  readonly model: TrainableModel;
  readonly args: TrainingArguments;
  readonly #options: TrainerOptions;
  readonly #callbacks: readonly TrainerCallback[];
  readonly #objectives: Objectives;
  readonly #features: FeatureReaders;
  readonly #training: { plan: Plan; schedule: Schedule; epochBatches: EpochBatches } | undefined;
  #backend: Promise<string> | undefined;

  /**
   * @throws {TrainingError} when an argument is unknown, out of range or at odds with another, or a data set does not fit the model
   * @throws {DatasetError} when cached features are not the extractor's, or `prefetchWorkers` cannot serve a data set
   */
  constructor(options: TrainerOptions) {
    const { extractor, trainDataset, evalDataset, args = {}, augment = {} } = options;
    this.model = options.model;
    this.args = { ...completeArguments(args), ...(!evalDataset && { evalStrategy: 'no' }) };
    this.#options = options;
    this.#callbacks = callbacksFor(this.args, options.callbacks ?? []);
    this.#objectives = objectivesFor(this.model, this.args, options);
    this.#features = featureReaders(extractor, this.args);
    for (const dataset of [trainDataset, evalDataset]) {
      if (!dataset) continue;
      checkDataset(dataset, this.model);
      this.#features.of(dataset);
    }
    checkRun(args, options);
    if (!trainDataset) return;
    checkBatchSize(trainDataset, args.perDeviceTrainBatchSize);
    const plan = planSteps(this.args, trainDataset.length);
    const reader = this.#features.of(trainDataset);
    const changes = typeof augment === 'function' ? { features: augment } : augment;
    this.#training = {
      plan,
      schedule: scheduleFor(this.args, plan),
      epochBatches: epochBatches(trainDataset, reader, changes, { args: this.args, batchSize: plan.batchSize }),
    };
  }

  /**
   * Trains on `trainDataset`; from its beginning, or from a checkpoint on.
   *
   * With an `outputDir`, SIGINT and SIGTERM let the step under way end; then a checkpoint is written, and the process ends as it
   * would have, unless others listen to the signal: then this returns (see `saveOnSignal`).
   *
   * @param options `resumeFromCheckpoint`: in place of the argument of that name
   * @throws {TrainingError} without a training set or a trainable parameter, when evaluation data is training data, when the
   * checkpoint is of another run, or a checkpoint cannot be written
   * @throws {DivergenceError} when the loss is not a number
   * @throws {CheckpointError} when the checkpoint is broken
   */
  async train({ resumeFromCheckpoint }: { resumeFromCheckpoint?: boolean | string } = {}): Promise<TrainResult> {
    const { trainDataset, evalDataset } = this.#options;
    if (!trainDataset || !this.#training)
      throw new TrainingError('train() needs a trainDataset; give one to the Trainer.');
    const setup = {
      ...this.#training,
      args: this.args,
      model: this.model,
      extractor: this.#options.extractor,
      trainDataset,
      evalDataset,
      callbacks: this.#callbacks,
      backend: await this.#activateBackend(),
      objectives: this.#objectives,
      reader: this.#features.of(trainDataset),
      evaluate: evalDataset && (() => this.evaluate(evalDataset)),
      onWarning: this.#options.onWarning ?? ((message: string) => console.warn(message)),
    };
    return this.#features.during(() => startRun(setup, resumeFromCheckpoint ?? this.args.resumeFromCheckpoint));
  }

  /** Loss, accuracy, balanced accuracy, macro F1 and mean average precision on a data set; default `evalDataset`. */
  async evaluate(dataset?: AudioDataset): Promise<EvaluationMetrics> {
    return summarize(await this.predict(dataset));
  }

  /**
   * Logits and predictions for every clip of a data set; default `evalDataset`. `onProgress` is told of clips that are done.
   *
   * @throws {TrainingError} when the data set does not fit the model, or scores are not numbers
   */
  async predict(
    dataset: AudioDataset | undefined = this.#options.evalDataset,
    { onProgress }: PredictOptions = {},
  ): Promise<PredictionOutput> {
    if (!dataset)
      throw new TrainingError('There is no data set to evaluate; pass one, or give the Trainer an evalDataset.');
    checkDataset(dataset, this.model);
    await this.#activateBackend();
    const { perDeviceEvalBatchSize: batchSize } = this.args;
    const reader = this.#features.of(dataset);
    const options = { batchSize, reader, objective: this.#objectives.evaluation, onProgress };
    return this.#features.during(() => predict(this.model, dataset, options));
  }

  /** Writes the model in Hugging Face layout, with the settings of the features it was trained on. */
  async saveModel(directory: string): Promise<void> {
    if (!this.model.savePretrained) throw new TrainingError('This model has no savePretrained(directory) method.');
    const { config } = this.#options.extractor;
    await this.model.savePretrained(directory, config && { extractorConfig: config });
  }

  /**
   * Uploads the model to the Hugging Face Hub, with a model card that says what it was trained on and how, and how well it tells
   * every class of `evalDataset`; that is computed unless `predictions` are given. The repository is made where there is none.
   *
   * @param repoId `owner/name`; a name alone goes to the account of the token
   * @throws {HubError} without a token that may write there, and when the network fails
   * @example
   * ```ts
   * const { url } = await trainer.pushToHub('me/birds', { private: true, card: { license: 'apache-2.0' } });
   * console.log(`uploaded to ${url}`);
   * ```
   */
  async pushToHub(repoId: string, options: PushTrainedOptions = {}): Promise<PushedRepository> {
    const { extractor, trainDataset, evalDataset } = this.#options;
    const trained = { model: this.model, extractor, args: this.args, trainDataset, evalDataset };
    const work = { save: (directory: string) => this.saveModel(directory), predict: () => this.predict() };
    return pushTrained(repoId, trained, work, options);
  }

  /** Loads the backend once; after that, who calls `useBackend` elsewhere decides. */
  #activateBackend(): Promise<string> {
    const { backend } = this.#options;
    this.#backend ??= backend ? useBackend(backend) : tf.ready().then(() => tf.getBackend());
    return this.#backend;
  }
}

/** The Trainer's own callbacks, unless they are not wanted or there already, and the user's. */
function callbacksFor(args: TrainingArguments, given: readonly TrainerCallback[]): TrainerCallback[] {
  const plateau = reduceOnPlateau({ metric: args.metricForBestModel, greaterIsBetter: args.greaterIsBetter });
  const needsPlateau =
    args.lrSchedulerType === 'reduce_lr_on_plateau' && !given.some(({ name }) => name === plateau.name);
  return [...(args.disableProgress ? [] : [progressBar()]), ...(needsPlateau ? [plateau] : []), ...given];
}

function scheduleFor(args: TrainingArguments, plan: Plan): Schedule {
  const { lrSchedulerType, lrSchedulerKwargs: options, learningRate } = args;
  try {
    return learningRateSchedule(lrSchedulerType, { ...plan, stepsPerEpoch: plan.perEpoch, learningRate, options });
  } catch (cause) {
    throw new TrainingError(`Training argument lrSchedulerKwargs: ${(cause as Error).message}`, { cause });
  }
}
