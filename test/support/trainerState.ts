import { completeArguments } from '../../src/train/checkArguments.js';
import type { TrainableModel, TrainerState } from '../../src/train/index.js';

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
