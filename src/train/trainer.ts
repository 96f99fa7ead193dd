import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, type CustomBackend, useBackend } from '../backends/index.js';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { createRandom } from '../random.js';
import { adamW } from './adamW.js';
import { completeArguments, planSteps, type TrainingArguments } from './arguments.js';
import { batches, type FeatureReader, featureReader, groups } from './batches.js';
import type { TrainerCallback, TrainerState } from './callbacks.js';
import { checkDataset } from './checkDataset.js';
import { type EvaluationMetrics, type LossFunction, type PredictionOutput, predict, summarize } from './evaluation.js';
import { binaryCrossEntropyWithLogits, crossEntropy } from './loss.js';
import type { FeatureExtractor, TrainableModel } from './model.js';
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
  /** Mean loss of a batch. Default: cross-entropy, or binary cross-entropy for a model with several labels a sound. */
  loss?: LossFunction;
}

/** How a run went. */
export interface TrainResult {
  /** Optimizer steps done. */
  globalStep: number;
  /** Mean loss of all steps. */
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
  readonly #readers = new Map<AudioDataset, { read: FeatureReader; skipped: SkippedRecording[] }>();
  readonly #loss: LossFunction;

  /** @throws {TrainingError} when an argument is unknown or out of range, or a data set does not fit the model */
  constructor(options: TrainerOptions) {
    this.model = options.model;
    this.args = completeArguments(options.args ?? {});
    this.#options = options;
    for (const dataset of [options.trainDataset, options.evalDataset]) if (dataset) checkDataset(dataset, this.model);
    const smoothing = this.args.labelSmoothingFactor;
    this.#loss =
      options.loss ??
      (this.model.config.problemType === 'multi_label_classification'
        ? (logits, labels) => binaryCrossEntropyWithLogits(logits, tf.oneHot(labels, logits.shape[1]) as tf.Tensor2D)
        : (logits, labels) => crossEntropy(logits, labels, smoothing));
  }

  /**
   * Trains on `trainDataset`.
   *
   * @throws {TrainingError} without a training set, or when the loss is not a number
   */
  async train(): Promise<TrainResult> {
    const { args, model } = this;
    const { trainDataset, evalDataset } = this.#options;
    if (!trainDataset) throw new TrainingError('train() needs a trainDataset; give one to the Trainer.');
    const plan = planSteps(args, trainDataset.length);
    const schedule = learningRateSchedule(args.lrSchedulerType, plan);
    const optimizer = adamW({
      beta1: args.adamBeta1,
      beta2: args.adamBeta2,
      epsilon: args.adamEpsilon,
      weightDecay: args.weightDecay,
    });
    const { read, skipped } = this.#reader(trainDataset);
    const random = createRandom(args.seed);
    const backend = await this.#activateBackend();
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
    const seconds = (): number => (performance.now() - begun) / 1000;
    let clips = 0;

    try {
      await this.#tell('onTrainBegin', state);
      for (let epoch = 0; state.step < plan.totalSteps && !state.shouldStop; epoch++) {
        const order = Array.from({ length: trainDataset.length }, (_, index) => index);
        if (args.shuffle) random.fork('epoch', epoch).shuffle(order);
        const epochBatches = batches(trainDataset, order, args.perDeviceTrainBatchSize, read);
        for await (const group of groups(epochBatches, args.gradientAccumulationSteps)) {
          const learningRate = args.learningRate * schedule(state.step);
          const step = state.step + 1;
          const { maxGradNorm } = args;
          const result = await trainStep(model, group, {
            loss: this.#loss,
            optimizer,
            learningRate,
            maxGradNorm,
            step,
            seed: args.seed + step,
          });
          clips += group.reduce((sum, batch) => sum + batch.ids.length, 0);
          state.step = step;
          state.epoch = Math.min(epoch + 1, step / plan.perEpoch);
          state.log.push({ step, epoch: state.epoch, ...result, learningRate, samplesPerSecond: clips / seconds() });
          await this.#tell('onStepEnd', state);
          if (state.step >= plan.totalSteps || state.shouldStop) break;
        }
        if (state.log.length === 0) throw new TrainingError(`${trainDataset.name} has no clip that can be read.`);
        if (evalDataset && args.evalStrategy === 'epoch') {
          state.evaluations.push({ step: state.step, ...(await this.evaluate(evalDataset)) });
          await this.#tell('onEvaluate', state);
        }
        await this.#tell('onEpochEnd', state);
      }
    } finally {
      optimizer.dispose();
      await this.#tell('onTrainEnd', state);
    }
    const trainingLoss = state.log.reduce((sum, { loss }) => sum + loss, 0) / state.log.length;
    const { log, evaluations } = state;
    return {
      globalStep: state.step,
      trainingLoss,
      runtime: seconds(),
      backend,
      log,
      evaluations,
      skipped: [...skipped],
    };
  }

  /** Loss, accuracy, balanced accuracy and macro F1 on a data set; default `evalDataset`. */
  async evaluate(dataset?: AudioDataset): Promise<EvaluationMetrics> {
    return summarize(await this.predict(dataset));
  }

  /** Logits and predictions for every clip of a data set; default `evalDataset`. */
  async predict(dataset: AudioDataset | undefined = this.#options.evalDataset): Promise<PredictionOutput> {
    if (!dataset)
      throw new TrainingError('There is no data set to evaluate; pass one, or give the Trainer an evalDataset.');
    checkDataset(dataset, this.model);
    await this.#activateBackend();
    const { read, skipped } = this.#reader(dataset);
    return predict(this.model, dataset, {
      batchSize: this.args.perDeviceEvalBatchSize,
      read,
      loss: this.#loss,
      skipped,
    });
  }

  /** Writes the model in Hugging Face layout, with the settings of the features it was trained on. */
  async saveModel(directory: string): Promise<void> {
    if (!this.model.savePretrained) throw new TrainingError('This model has no savePretrained(directory) method.');
    const { config } = this.#options.extractor;
    await this.model.savePretrained(directory, config && { extractorConfig: config });
  }

  async #activateBackend(): Promise<string> {
    const { backend } = this.#options;
    if (backend) return useBackend(backend);
    await tf.ready();
    return tf.getBackend();
  }

  #reader(dataset: AudioDataset): { read: FeatureReader; skipped: SkippedRecording[] } {
    let reader = this.#readers.get(dataset);
    if (!reader) {
      const skipped: SkippedRecording[] = [];
      const { cacheFeatures: cache, onUnreadable } = this.args;
      reader = { read: featureReader(dataset, this.#options.extractor, { cache, onUnreadable, skipped }), skipped };
      this.#readers.set(dataset, reader);
    }
    return reader;
  }

  async #tell(event: Exclude<keyof TrainerCallback, 'name'>, state: TrainerState): Promise<void> {
    const bar = this.args.disableProgress ? [] : [this.#progress];
    for (const callback of [...bar, ...(this.#options.callbacks ?? [])]) {
      try {
        await callback[event]?.(state);
      } catch (cause) {
        throw new TrainingError(
          `Callback '${callback.name ?? 'without a name'}' failed in ${event}: ${(cause as Error).message}`,
          { cause },
        );
      }
    }
  }

  readonly #progress = progressBar();
}
