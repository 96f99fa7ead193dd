export { loadEvaluation, parseEvaluation, saveEvaluation } from './evaluationFile.js';
export { type FormatEvaluationOptions, formatEvaluation, withText } from './formatEvaluation.js';
export type {
  AttentionMap,
  EvaluatedClip,
  EvaluationResult,
  Recognition,
  RobustnessCurve,
  TrainingHistory,
} from './types.js';
export {
  confusionMatrixOf,
  type EvaluationColumns,
  metricsOf,
  predictionsOf,
  reportOf,
  type SummaryMetrics,
} from './views.js';
