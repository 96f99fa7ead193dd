export { type EvaluateModelOptions, evaluateModel } from './evaluateModel.js';
export { type ToEvaluationOptions, type TrainingLog, toEvaluation, trainingHistory } from './toEvaluation.js';
