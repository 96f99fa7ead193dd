import { platform } from '#platform';
import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import { groups } from './batches.js';
import { notify, type TrainerCallback, type TrainerState } from './callbacks.js';
import type { EpochBatches } from './epochBatches.js';
import type { EvaluationMetrics } from './evaluationMetrics.js';
import { isDue, type Plan } from './plan.js';
import type { Schedule } from './schedule.js';
import { type StepOptions, trainStep } from './step.js';

/** How far a run is in its data: what a checkpoint needs beside the state. */
export interface Position {
  /** The epoch under way, from 0. */
  epoch: number;
  /** Optimizer steps done in it. */
  stepInEpoch: number;
  /** Clips of its order that were used, or left out. */
  clipInEpoch: number;
  /** Clips trained on in all. */
  clips: number;
  /** Milliseconds that took. */
  milliseconds: number;
}

export const beginning = (): Position => ({ epoch: 0, stepInEpoch: 0, clipInEpoch: 0, clips: 0, milliseconds: 0 });

/** What a run is made of. */
export interface Run {
  readonly state: TrainerState;
  readonly position: Position;
  readonly plan: Plan;
  readonly dataset: AudioDataset;
  readonly epochBatches: EpochBatches;
  readonly schedule: Schedule;
  readonly step: StepOptions;
  readonly callbacks: readonly TrainerCallback[];
  /** Measures the model on the evaluation set, where there is one. */
  readonly evaluate?: () => Promise<EvaluationMetrics>;
  /** Is told of each evaluation before the callbacks are. */
  readonly onMetrics: (metrics: EvaluationMetrics) => void;
  /** Writes a checkpoint, where there is a directory for it. */
  readonly save?: () => Promise<void>;
  /** Whether the process was asked to end. */
  readonly interrupted: () => boolean;
}

/** The loop: data, step, log, evaluation, checkpoint. Begins where `state` and `position` are. */
export async function runLoop(run: Run): Promise<void> {
  const { state, position, plan, dataset, step: options, callbacks } = run;
  const { args, model } = state;
  const done = (): boolean => state.step >= plan.totalSteps || state.shouldStop;

  // An epoch that was left after its last step still has its end to come.
  while (position.epoch < plan.epochs && (!done() || position.stepInEpoch > 0)) {
    let begun = performance.now();
    const batches = run.epochBatches(position.epoch, position.clipInEpoch);
    for await (const group of groups(done() ? none() : batches, args.gradientAccumulationSteps)) {
      await notify(callbacks, 'onStepBegin', state);
      const step = state.step + 1;
      const learningRate = args.learningRate * run.schedule(state.step) * state.learningRateFactor;
      const result = await trainStep(model, group, options, { step, learningRate });

      position.clips += group.reduce((sum, batch) => sum + batch.ids.length, 0);
      position.milliseconds += performance.now() - begun;
      position.clipInEpoch = group.at(-1)!.end;
      state.step = step;
      state.epoch = position.epoch + Math.min(1, ++position.stepInEpoch / plan.perEpoch);
      const samplesPerSecond = (1000 * position.clips) / position.milliseconds;
      state.log.push({ step, epoch: state.epoch, ...result, learningRate, samplesPerSecond });

      const due = (strategy: string, interval: number): boolean =>
        strategy === 'steps' && isDue(step, interval, plan.totalSteps);
      state.shouldEvaluate ||= due(args.evalStrategy, args.evalSteps);
      state.shouldSave ||=
        due(args.saveStrategy, args.saveSteps) || (args.saveStrategy === 'steps' && step === plan.totalSteps);
      await notify(callbacks, 'onStepEnd', state);
      if (due(args.loggingStrategy, args.loggingSteps)) await notify(callbacks, 'onLog', state);
      await platform.nextTurn();
      await evaluateAndSave(run);
      if (run.interrupted()) return;
      if (done()) break;
      begun = performance.now();
    }
    if (position.stepInEpoch === 0) throw new TrainingError(`${dataset.name} has no clip that can be read.`);

    state.shouldEvaluate ||= args.evalStrategy === 'epoch';
    await evaluateIfAsked(run);
    await notify(callbacks, 'onEpochEnd', state);
    if (args.loggingStrategy === 'epoch') await notify(callbacks, 'onLog', state);
    Object.assign(position, { epoch: position.epoch + 1, stepInEpoch: 0, clipInEpoch: 0 });
    state.shouldSave ||= args.saveStrategy === 'epoch';
    await evaluateAndSave(run);
    if (run.interrupted()) return;
  }
}

async function* none(): AsyncGenerator<never> {}

async function evaluateAndSave(run: Run): Promise<void> {
  await evaluateIfAsked(run);
  const { state } = run;
  if (run.save && (state.shouldSave || run.interrupted())) await run.save();
  state.shouldSave = false;
}

async function evaluateIfAsked({ state, callbacks, evaluate, onMetrics }: Run): Promise<void> {
  const asked = state.shouldEvaluate;
  state.shouldEvaluate = false;
  if (!asked || !evaluate) return;
  await notify(callbacks, 'onEvaluateBegin', state);
  const metrics = await evaluate();
  onMetrics(metrics);
  state.evaluations.push({ step: state.step, ...metrics });
  await notify(callbacks, 'onEvaluate', state);
}
