import { platform } from '#platform';
import type { AudioDataset, SkippedRecording } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import { bestModel } from './bestModel.js';
import { notify, type TrainerCallback, type TrainerState, tellAll } from './callbacks.js';
import { checkIndependence } from './checkDataset.js';
import { type Checkpointed, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { type CheckpointDirectory, checkpointDirectory } from './checkpointDirectory.js';
import { chooseCheckpoint } from './chooseCheckpoint.js';
import type { EpochBatches } from './epochBatches.js';
import type { EvaluationMetrics } from './evaluationMetrics.js';
import type { FeatureReader } from './featureReaders.js';
import { beginning, type Run, runLoop } from './loop.js';
import { makeOptimizer } from './makeOptimizer.js';
import { microBatches } from './microBatches.js';
import type { FeatureExtractor, TrainableModel } from './model.js';
import type { Objectives } from './objective.js';
import type { Plan } from './plan.js';
import { describeMachine, describeRun } from './runDescription.js';
import type { Schedule } from './schedule.js';

/** How a run went. */
export interface TrainResult {
  /** Optimizer steps done. */
  globalStep: number;
  /** Mean loss of all steps; NaN when there was none. */
  trainingLoss: number;
  /** Seconds it took, evaluations included; of a run that was resumed, since then. */
  runtime: number;
  /** The backend that computed. */
  backend: string;
  /** Every step. */
  log: TrainerState['log'];
  /** Every evaluation. */
  evaluations: TrainerState['evaluations'];
  /** The best of them. */
  best: TrainerState['best'];
  /** Recordings left out because they could not be read. */
  skipped: SkippedRecording[];
  /** The signal that ended the run before its time, after a checkpoint. */
  interruptedBy: string | undefined;
}

/** What the Trainer gives a run. */
interface RunSetup {
  readonly args: TrainingArguments;
  readonly model: TrainableModel;
  readonly extractor: FeatureExtractor;
  readonly trainDataset: AudioDataset;
  readonly evalDataset: AudioDataset | undefined;
  readonly callbacks: readonly TrainerCallback[];
  readonly backend: string;
  readonly objectives: Objectives;
  readonly plan: Plan;
  readonly schedule: Schedule;
  readonly epochBatches: EpochBatches;
  readonly reader: FeatureReader;
  readonly evaluate: (() => Promise<EvaluationMetrics>) | undefined;
  readonly onWarning: (message: string) => void;
}

/** One run from its beginning, or from a checkpoint, to its end. */
export async function startRun(setup: RunSetup, resumeFrom: boolean | string): Promise<TrainResult> {
  const { args, model, callbacks, plan, trainDataset, evalDataset, backend, onWarning } = setup;
  const begun = performance.now();
  if (![...model.parameters().values()].some(({ trainable }) => trainable))
    throw new TrainingError(
      'Every parameter of the model is frozen; set `trainable = true` on those that are to be trained.',
    );
  if (evalDataset && !args.allowSharedRecordings) await checkIndependence(trainDataset, evalDataset);
  const checkpoints = args.outputDir === undefined ? undefined : checkpointDirectory(args.outputDir, onWarning);
  await checkpoints?.open();
  const source = await chooseCheckpoint(resumeFrom, checkpoints, args, onWarning);

  const state = newState(setup, plan.totalSteps);
  const optimizer = makeOptimizer(args, model);
  const best = bestModel(state, checkpoints);
  const moving: Checkpointed = {
    state,
    position: beginning(),
    optimizer,
    microBatches: microBatches(plan.batchSize, setup.objectives.weigh, args.autoFindBatchSize ? onWarning : undefined),
    reader: setup.reader,
    callbacks,
    extractorConfig: setup.extractor.config,
    description: checkpoints || source !== undefined ? describeRun(setup) : {},
    machine: describeMachine(backend),
  };

  const signals = checkpoints && args.saveOnSignal ? listenForSignals(onWarning) : undefined;
  const save = async (directory: CheckpointDirectory): Promise<void> => {
    const path = await directory.write(state.step, (temporary) => writeCheckpoint(temporary, moving));
    const keep = [state.step, args.loadBestModelAtEnd ? state.best?.step : undefined];
    await directory.deleteOldest(args.saveTotalLimit ?? Number.POSITIVE_INFINITY, keep);
    await tellAll(callbacks, 'onSave', (callback) => callback.onSave?.(state, path));
  };
  const run: Run = {
    ...moving,
    plan,
    dataset: trainDataset,
    epochBatches: setup.epochBatches,
    schedule: setup.schedule,
    step: {
      objective: setup.objectives.training,
      optimizer,
      microBatches: moving.microBatches,
      maxGradNorm: args.maxGradNorm,
      gradientCheckpointing: args.gradientCheckpointing,
      seed: args.seed,
    },
    evaluate: setup.evaluate,
    onMetrics: best.onMetrics,
    save: checkpoints && (() => save(checkpoints)),
    interrupted: () => signals?.heard() ?? false,
  };
  try {
    const restoreCallbacks = source === undefined ? undefined : await readCheckpoint(source, moving, onWarning);
    await best.check();
    try {
      await notify(callbacks, 'onTrainBegin', state);
      await restoreCallbacks?.();
      await runLoop(run).finally(signals?.stop);
      if (!run.interrupted()) await best.load();
    } catch (error) {
      // Callbacks may close what they opened; what they say then does not hide why the run ended.
      await notify(callbacks, 'onTrainEnd', state).catch(() => undefined);
      throw error;
    }
    await notify(callbacks, 'onTrainEnd', state);
  } finally {
    signals?.stop();
    best.dispose();
    if (optimizer !== args.optimizer) optimizer.dispose();
  }
  const interruptedBy = signals?.obey();
  const { step: globalStep, log, evaluations } = state;
  return {
    globalStep,
    trainingLoss: log.reduce((sum, { loss }) => sum + loss, 0) / log.length,
    runtime: (performance.now() - begun) / 1000,
    backend,
    log,
    evaluations,
    best: state.best,
    skipped: [...setup.reader.skipped],
    interruptedBy,
  };
}

const newState = ({ model, args, backend }: RunSetup, totalSteps: number): TrainerState => ({
  model,
  args,
  step: 0,
  totalSteps,
  epoch: 0,
  backend,
  log: [],
  evaluations: [],
  learningRateFactor: 1,
  shouldEvaluate: false,
  shouldSave: false,
  shouldStop: false,
});

/** Hears of the first signal, after which the run is to end. */
function listenForSignals(onWarning: (message: string) => void) {
  let heard: { signal: string; others: boolean } | undefined;
  const stop = platform.signals?.once((signal, others) => {
    heard = { signal, others };
    onWarning(`ast-ts: ${signal}: the run ends with a checkpoint after this step. Another ${signal} ends it at once.`);
  });
  return {
    heard: () => heard !== undefined,
    stop: () => stop?.(),
    /** Ends the process as the signal would have done, unless others listen to it; the signal, if there was one. */
    obey() {
      if (heard && !heard.others) platform.signals?.raise(heard.signal);
      return heard?.signal;
    },
  };
}
