export { compareEvaluations } from './compareEvaluations.js';
export type { EvaluationComparison, EvaluationPair } from './comparison.js';
export { type ConfidenceIntervals, confidenceIntervals } from './confidenceIntervals.js';
export { loadEvaluation, parseEvaluation, saveEvaluation } from './evaluationFile.js';
export { type FormatEvaluationOptions, formatEvaluation, withText } from './formatEvaluation.js';
export type { Interval } from './interval.js';
export type { PairedTest } from './pairedTests.js';
export type { ResamplingOptions } from './resampling.js';
export {
  type ConfusionMatrixTextOptions,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
} from './tables.js';
export type {
  AttentionMap,
  EvaluatedClip,
  EvaluationResult,
  Recognition,
  RobustnessCurve,
  TrainingHistory,
} from './types.js';
export {
  calibrationOf,
  confusionMatrixOf,
  type EvaluationColumns,
  metricsOf,
  predictionsOf,
  reportOf,
  type SummaryMetrics,
} from './views.js';
