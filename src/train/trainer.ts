import * as tf from '@tensorflow/tfjs-core';
import type { MelSpectrogram } from '../audio/index.js';
import { type BackendName, type CustomBackend, useBackend } from '../backends/index.js';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { createRandom, type Random } from '../random.js';
import { completeArguments, planSteps, type TrainingArguments } from './arguments.js';
import { type Batch, batches, groups } from './batches.js';
import { notify, type TrainerCallback, type TrainerState } from './callbacks.js';
import { checkDataset } from './checkDataset.js';
import { type EvaluationMetrics, type PredictionOutput, predict, summarize } from './evaluation.js';
import { type FeatureReader, type FeatureReaders, featureReaders } from './featureReaders.js';
import type { FeatureExtractor, TrainableModel } from './model.js';
import { type LossFunction, type Objective, objectiveFor } from './objective.js';
import { adamW } from './optimizers/index.js';
import { progressBar } from './progress.js';
import { learningRateSchedule } from './schedule.js';
import { trainStep } from './step.js';

/** What a {@link Trainer} is made of. */
export interface TrainerOptions {
  model: TrainableModel;
  /** Turns a clip into the model's input. */
  extractor: FeatureExtractor;
  trainDataset?: AudioDataset;
  evalDataset?: AudioDataset;
  args?: Partial<TrainingArguments>;
  callbacks?: readonly TrainerCallback[];
  /** The backend to compute on: a name, `'auto'`, or an object that loads one. Default: the active one. */
  backend?: 'auto' | BackendName | CustomBackend;
  /** Changes the features of a training clip each time it is used, e.g. {@link spectrogramMasking}; it must not change its input. */
  augment?: (features: MelSpectrogram, random: Random) => MelSpectrogram;
  /** Mean loss of a batch. Default: cross-entropy, or binary cross-entropy for a model with several labels a sound. */
  loss?: LossFunction;
}

/** How a run went. */
export interface TrainResult {
  /** Optimizer steps done. */
  globalStep: number;
  /** Mean loss of all steps; NaN when there was none. */
  trainingLoss: number;
  /** Seconds it took, evaluations included. */
  runtime: number;
  /** The backend that computed. */
  backend: string;
  /** Every step. */
  log: TrainerState['log'];
  /** Every evaluation. */
  evaluations: TrainerState['evaluations'];
  /** Recordings left out because they could not be read. */
  skipped: SkippedRecording[];
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
  readonly #objective: Objective;
  readonly #features: FeatureReaders;
  #backend: Promise<string> | undefined;

  /**
   * @throws {TrainingError} when an argument is unknown or out of range, or a data set does not fit the model
   * @throws {DatasetError} when cached features are not the extractor's, or `prefetchWorkers` cannot serve a data set
   */
  constructor(options: TrainerOptions) {
    this.model = options.model;
    this.args = completeArguments(options.args ?? {});
    this.#options = options;
    this.#callbacks = [...(this.args.disableProgress ? [] : [progressBar()]), ...(options.callbacks ?? [])];
    this.#objective = objectiveFor(this.model, this.args, options.loss);
    this.#features = featureReaders(options.extractor, this.args);
    for (const dataset of [options.trainDataset, options.evalDataset]) {
      if (!dataset) continue;
      checkDataset(dataset, this.model);
      this.#features.of(dataset);
    }
  }

  /**
   * Trains on `trainDataset`.
   *
   * @throws {TrainingError} without a training set or a trainable parameter, or when the loss is not a number
   */
  async train(): Promise<TrainResult> {
    const { args } = this;
    const { trainDataset } = this.#options;
    if (!trainDataset) throw new TrainingError('train() needs a trainDataset; give one to the Trainer.');
    if (![...this.model.parameters().values()].some(({ trainable }) => trainable))
      throw new TrainingError(
        'Every parameter of the model is frozen; set `trainable = true` on those that are to be trained.',
      );
    const backend = await this.#activateBackend();
    const plan = planSteps(args, trainDataset.length);
    const state: TrainerState = {
      step: 0,
      totalSteps: plan.totalSteps,
      epoch: 0,
      backend,
      log: [],
      evaluations: [],
      shouldStop: false,
    };
    const begun = performance.now();
    try {
      await notify(this.#callbacks, 'onTrainBegin', state);
      await this.#features.during(() => this.#run(trainDataset, plan, state));
    } catch (error) {
      // Callbacks may close what they opened; what they say then does not hide why the run ended.
      await notify(this.#callbacks, 'onTrainEnd', state).catch(() => undefined);
      throw error;
    }
    await notify(this.#callbacks, 'onTrainEnd', state);
    const { step: globalStep, log, evaluations } = state;
    const trainingLoss = log.reduce((sum, { loss }) => sum + loss, 0) / log.length;
    const runtime = (performance.now() - begun) / 1000;
    return {
      globalStep,
      trainingLoss,
      runtime,
      backend,
      log,
      evaluations,
      skipped: [...this.#features.of(trainDataset).skipped],
    };
  }

  async #run(dataset: AudioDataset, plan: ReturnType<typeof planSteps>, state: TrainerState): Promise<void> {
    const { args, model } = this;
    const { evalDataset } = this.#options;
    const schedule = learningRateSchedule(args.lrSchedulerType, plan);
    const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, weightDecay } = args;
    const optimizer = adamW({ beta1, beta2, epsilon, weightDecay });
    let clips = 0;
    let trainingMs = 0;
    const done = (): boolean => state.step >= plan.totalSteps || state.shouldStop;
    try {
      for (let epoch = 0; epoch < plan.epochs && !done(); epoch++) {
        let begun = performance.now();
        let stepInEpoch = 0;
        for await (const group of groups(this.#epochBatches(dataset, epoch), args.gradientAccumulationSteps)) {
          const step = state.step + 1;
          const learningRate = args.learningRate * schedule(state.step);
          const { maxGradNorm, gradientCheckpointing } = args;
          const options = {
            objective: this.#objective,
            optimizer,
            learningRate,
            maxGradNorm,
            step,
            seed: args.seed + step,
            gradientCheckpointing,
          };
          const result = await trainStep(model, group, options);
          clips += group.reduce((sum, batch) => sum + batch.ids.length, 0);
          trainingMs += performance.now() - begun;
          state.step = step;
          state.epoch = epoch + Math.min(1, ++stepInEpoch / plan.perEpoch);
          state.log.push({
            step,
            epoch: state.epoch,
            ...result,
            learningRate,
            samplesPerSecond: (1000 * clips) / trainingMs,
          });
          await notify(this.#callbacks, 'onStepEnd', state);
          begun = performance.now();
          if (done()) break;
        }
        if (stepInEpoch === 0) throw new TrainingError(`${dataset.name} has no clip that can be read.`);
        if (evalDataset && args.evalStrategy === 'epoch') {
          state.evaluations.push({ step: state.step, ...(await this.evaluate(evalDataset)) });
          await notify(this.#callbacks, 'onEvaluate', state);
        }
        await notify(this.#callbacks, 'onEpochEnd', state);
      }
    } finally {
      optimizer.dispose();
    }
  }

  /** The training set in an epoch's order, features changed by `augment`. */
  #epochBatches(dataset: AudioDataset, epoch: number): AsyncGenerator<Batch> {
    const { augment } = this.#options;
    const reader = this.#features.of(dataset);
    const random = createRandom(this.args.seed);
    const order = Array.from({ length: dataset.length }, (_, index) => index);
    if (this.args.shuffle) random.fork('epoch', epoch).shuffle(order);
    const augmented: FeatureReader['read'] = async (index) => {
      const features = await reader.read(index);
      return features && augment ? augment(features, random.fork('augment', epoch, index)) : features;
    };
    const { perDeviceTrainBatchSize: batchSize } = this.args;
    return batches(dataset, order, batchSize, { ...reader, read: augmented });
  }

  /** Loss, accuracy, balanced accuracy, macro F1 and mean average precision on a data set; default `evalDataset`. */
  async evaluate(dataset?: AudioDataset): Promise<EvaluationMetrics> {
    return summarize(await this.predict(dataset));
  }

  /**
   * Logits and predictions for every clip of a data set; default `evalDataset`.
   *
   * @throws {TrainingError} when the data set does not fit the model, or scores are not numbers
   */
  async predict(dataset: AudioDataset | undefined = this.#options.evalDataset): Promise<PredictionOutput> {
    if (!dataset)
      throw new TrainingError('There is no data set to evaluate; pass one, or give the Trainer an evalDataset.');
    checkDataset(dataset, this.model);
    await this.#activateBackend();
    const { perDeviceEvalBatchSize: batchSize } = this.args;
    const options = { batchSize, reader: this.#features.of(dataset), objective: this.#objective };
    return this.#features.during(() => predict(this.model, dataset, options));
  }

  /** Writes the model in Hugging Face layout, with the settings of the features it was trained on. */
  async saveModel(directory: string): Promise<void> {
    if (!this.model.savePretrained) throw new TrainingError('This model has no savePretrained(directory) method.');
    const { config } = this.#options.extractor;
    await this.model.savePretrained(directory, config && { extractorConfig: config });
  }

  /** Loads the backend once; after that, who calls `useBackend` elsewhere decides. */
  #activateBackend(): Promise<string> {
    const { backend } = this.#options;
    this.#backend ??= backend ? useBackend(backend) : tf.ready().then(() => tf.getBackend());
    return this.#backend;
  }
}
