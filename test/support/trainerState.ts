import { completeArguments } from '../../src/train/checkArguments.js';
import type { EvaluationMetrics, TrainableModel, TrainerCallback, TrainerState } from '../../src/train/index.js';

const noModel: TrainableModel = {
  labels: ['bird', 'water'],
  config: {},
  parameters: () => new Map(),
  forward() {
    throw new Error('There is nothing to compute here.');
  },
};

/** A state as a Trainer has it before the first step, for tests of callbacks alone. */
export const trainerState = (given: Partial<TrainerState> = {}): TrainerState => ({
  model: noModel,
  args: completeArguments({}),
  step: 0,
  totalSteps: 6,
  epoch: 0,
  backend: 'cpu',
  log: [],
  evaluations: [],
  learningRateFactor: 1,
  shouldEvaluate: false,
  shouldSave: false,
  shouldStop: false,
  ...given,
});

/** Tells a callback of a run with these evaluations; gives the state after each. */
export async function* evaluationsOf(
  callback: TrainerCallback,
  metrics: readonly Partial<EvaluationMetrics>[],
  state: TrainerState = trainerState({}),
): AsyncGenerator<TrainerState> {
  await callback.onTrainBegin?.(state);
  for (const [i, given] of metrics.entries()) {
    await callback.onEvaluateBegin?.(state);
    state.evaluations.push({ step: i + 1, ...noMetrics, ...given });
    await callback.onEvaluate?.(state);
    yield state;
  }
}

const noMetrics: EvaluationMetrics = {
  evalLoss: 0,
  evalAccuracy: 0,
  evalBalancedAccuracy: 0,
  evalMacroF1: 0,
  evalMeanAveragePrecision: 0,
  evalRuntime: 0,
  evalSamplesPerSecond: 0,
};
