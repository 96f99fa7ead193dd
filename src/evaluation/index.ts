export { type AttentionOptions, addAttention } from './addAttention.js';
export type { RobustnessConditions } from './conditions.js';
export { type EvaluateModelOptions, evaluateModel } from './evaluateModel.js';
export { type RobustnessOptions, robustness } from './robustness.js';
export { type ToEvaluationOptions, type TrainingLog, toEvaluation, trainingHistory } from './toEvaluation.js';
