export type { PairedTest } from '../results/pairedTests.js';
export type { BestMetric, IntervalStrategy, TrainingArguments } from './arguments.js';
export type { Targets } from './batches.js';
export {
  csvLog,
  type EarlyStoppingOptions,
  earlyStopping,
  exponentialMovingAverage,
  jsonLinesLog,
  type MonitorOptions,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
  tensorBoard,
} from './callbacks/index.js';
export type { CallbackMemory, StepLog, TrainerCallback, TrainerState } from './callbacks.js';
export { balancedClassWeights } from './classWeights.js';
export { compare } from './crossValidation/compare.js';
export {
  type CrossValidatedModel,
  type CrossValidationOptions,
  crossValidate,
  type FoldContext,
  readCrossValidation,
} from './crossValidation/crossValidate.js';
export type { Comparison, CrossValidationResult, FoldResult } from './crossValidation/types.js';
export { type EmbedDatasetOptions, type Encoder, embedDataset } from './embedDataset.js';
export type { Augmentations } from './epochBatches.js';
export type { PredictOptions } from './evaluation.js';
export type { EvaluationMetrics, PredictionOutput } from './evaluationMetrics.js';
export { type Gradients, valueAndGradients } from './gradients.js';
export { type LearningRateFinderOptions, learningRateFinder } from './learningRateFinder.js';
export type { LearningRateSweep } from './learningRateSweep.js';
export { binaryCrossEntropyWithLogits, crossEntropy, softCrossEntropy } from './loss.js';
export type { FeatureExtractor, TrainableModel } from './model.js';
export type { LossFunction } from './objective.js';
export {
  type AdamOptions,
  adam,
  adamW,
  createOptimizer,
  decaysByDefault,
  layerwiseDecay,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  type SgdOptions,
  sgd,
  type UpdateInputs,
  type UpdateRule,
  type UpdateSettings,
} from './optimizers/index.js';
export { presets } from './presets.js';
export { progressBar } from './progress.js';
export type { PushTrainedOptions } from './pushTrained.js';
export type { TrainResult } from './run.js';
export { balancedOrder } from './sampling.js';
export {
  learningRateSchedule,
  type Schedule,
  type ScheduleOptions,
  type SchedulePlan,
  type SchedulerType,
} from './schedule.js';
export { Trainer, type TrainerOptions } from './trainer.js';
