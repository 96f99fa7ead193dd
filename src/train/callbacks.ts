import type * as tf from '@tensorflow/tfjs-core';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import type { EvaluationMetrics } from './evaluationMetrics.js';
import type { TrainableModel } from './model.js';

/** One optimizer step. */
export interface StepLog {
  /** Steps done, from 1. */
  step: number;
  /** Passes over the data done, with fractions. */
  epoch: number;
  /** Mean loss of the step's batches, before the update. */
  loss: number;
  /** Global norm of the gradients before clipping. */
  gradNorm: number;
  /** The rate of this step's update. */
  learningRate: number;
  /** Clips trained on a second, since the run began, evaluations left out. */
  samplesPerSecond: number;
}

/** Where a run is: one object, shared by the Trainer and all callbacks. */
export interface TrainerState {
  /** The model that is trained. */
  readonly model: TrainableModel;
  /** The arguments of the run, defaults filled in. */
  readonly args: TrainingArguments;
  /** Optimizer steps done. */
  step: number;
  /** Optimizer steps of the whole run. */
  readonly totalSteps: number;
  /** Passes over the data done, with fractions. */
  epoch: number;
  /** The active backend of TensorFlow.js. */
  readonly backend: string;
  /** Every step so far. */
  readonly log: StepLog[];
  /** Every evaluation so far, with the step it came after. */
  readonly evaluations: (EvaluationMetrics & { step: number })[];
  /** The evaluation with the best `metricForBestModel` so far. */
  best?: { step: number; metric: string; value: number };
  /** A factor on the rate that the schedule gives, from 1: lower it to slow a run down. */
  learningRateFactor: number;
  /** Set it, before or in `onStepEnd` or `onEpochEnd`, to evaluate next; the Trainer sets it as `evalStrategy` says. */
  shouldEvaluate: boolean;
  /** Set it likewise to write a checkpoint next, after the evaluation if there is one; needs `outputDir`. */
  shouldSave: boolean;
  /** Set it to end the run after this step. */
  shouldStop: boolean;
}

/** What a callback remembers, as it is written to a checkpoint. */
export interface CallbackMemory {
  /** Anything that survives JSON. */
  readonly json: unknown;
  /** Tensors by name, float32. They stay the callback's in `save`, and are freed after `restore`: clone what is to be kept. */
  readonly tensors?: ReadonlyMap<string, tf.Tensor>;
}

/**
 * What may happen during a run. Each method may be async, and the run waits for it; an error in one ends the run and
 * names the callback.
 *
 * A callback that remembers something from step to step gives it to checkpoints by `save` and takes it back by `restore`,
 * under its `name`; then a run that is resumed is the run that would have been.
 *
 * @example
 * ```ts
 * const stopEarly: TrainerCallback = {
 *   name: 'stop early',
 *   onStepEnd(state) {
 *     if (state.log.at(-1)!.loss < 0.01) state.shouldStop = true;
 *   },
 * };
 * ```
 */
export interface TrainerCallback {
  /** What error messages and checkpoints call it. */
  readonly name?: string;
  /** Before the first step; in a run that is resumed the state is the checkpoint's. */
  onTrainBegin?(state: TrainerState): void | Promise<void>;
  /** Before every optimizer step. */
  onStepBegin?(state: TrainerState): void | Promise<void>;
  /** After every optimizer step; `state.log` ends with it. */
  onStepEnd?(state: TrainerState): void | Promise<void>;
  /** After the steps that `loggingStrategy` chooses, for what writes a log. */
  onLog?(state: TrainerState): void | Promise<void>;
  /** Before every evaluation of the Trainer's own. */
  onEvaluateBegin?(state: TrainerState): void | Promise<void>;
  /** After every evaluation; `state.evaluations` ends with it. */
  onEvaluate?(state: TrainerState): void | Promise<void>;
  /** After every pass over the data. */
  onEpochEnd?(state: TrainerState): void | Promise<void>;
  /** After every checkpoint; `directory` is where it is. */
  onSave?(state: TrainerState, directory: string): void | Promise<void>;
  /** Also after an error, so that what was opened can be closed. */
  onTrainEnd?(state: TrainerState): void | Promise<void>;
  /** What a checkpoint is to remember of it. */
  save?(): CallbackMemory | Promise<CallbackMemory>;
  /** Takes up what `save` gave, after `onTrainBegin`. Not called in a run that is not resumed. */
  restore?(memory: CallbackMemory, state: TrainerState): void | Promise<void>;
}

/** What a callback can be told. */
export type TrainerEvent = Exclude<keyof TrainerCallback, 'name' | 'save' | 'restore' | 'onSave'>;

/**
 * Tells every callback of an event. All of them hear of it, whatever one of them throws; the first error is then thrown,
 * with the callback's name.
 */
export async function notify(
  callbacks: readonly TrainerCallback[],
  event: TrainerEvent,
  state: TrainerState,
): Promise<void> {
  await tellAll(callbacks, event, (callback) => callback[event]?.(state));
}

/** The same with each callback told in a way of one's own. */
export async function tellAll(
  callbacks: readonly TrainerCallback[],
  event: keyof TrainerCallback,
  tell: (callback: TrainerCallback) => unknown,
): Promise<void> {
  let failure: TrainingError | undefined;
  for (const callback of callbacks) {
    try {
      await tell(callback);
    } catch (cause) {
      const name = callback.name ?? 'without a name';
      failure ??= new TrainingError(`Callback '${name}' failed in ${event}: ${(cause as Error).message}`, { cause });
    }
  }
  if (failure) throw failure;
}
