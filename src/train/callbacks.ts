import { TrainingError } from '../errors.js';
import type { EvaluationMetrics } from './evaluation.js';

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
  /** Set it to end the run after this step. */
  shouldStop: boolean;
}

/**
 * What may happen during a run. Each method may be async, and the run waits for it; an error in one ends the run and
 * names the callback.
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
  /** What error messages call it. */
  readonly name?: string;
  /** Before the first step. */
  onTrainBegin?(state: TrainerState): void | Promise<void>;
  /** After every optimizer step; `state.log` ends with it. */
  onStepEnd?(state: TrainerState): void | Promise<void>;
  /** After every evaluation; `state.evaluations` ends with it. */
  onEvaluate?(state: TrainerState): void | Promise<void>;
  /** After every pass over the data. */
  onEpochEnd?(state: TrainerState): void | Promise<void>;
  /** Also after an error, so that what was opened can be closed. */
  onTrainEnd?(state: TrainerState): void | Promise<void>;
}

/** What a callback can be told. */
export type TrainerEvent = Exclude<keyof TrainerCallback, 'name'>;

/**
 * Tells every callback of an event. All of them hear of it, whatever one of them throws; the first error is then thrown,
 * with the callback's name.
 */
export async function notify(
  callbacks: readonly TrainerCallback[],
  event: TrainerEvent,
  state: TrainerState,
): Promise<void> {
  let failure: TrainingError | undefined;
  for (const callback of callbacks) {
    try {
      await callback[event]?.(state);
    } catch (cause) {
      const name = callback.name ?? 'without a name';
      failure ??= new TrainingError(`Callback '${name}' failed in ${event}: ${(cause as Error).message}`, { cause });
    }
  }
  if (failure) throw failure;
}
