export { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from './agreement.js';
export {
  binaryReliabilityDiagram,
  brierScore,
  type CalibrationOptions,
  expectedCalibrationError,
  type ReliabilityBin,
  type ReliabilityDiagram,
  reliabilityDiagram,
} from './calibration.js';
export { type ClassificationReportOptions, classificationReport } from './classificationReport.js';
export { type BestAndWorstClasses, bestAndWorstClasses } from './classRanking.js';
export { type ConfusedPair, mostConfusedPairs } from './confusedPairs.js';
export { type ConfusionMatrixOptions, confusionMatrix } from './confusionMatrix.js';
export { type McNemarOptions, type McNemarResult, mcnemar } from './mcnemar.js';
export { type ClassBias, predictionBias } from './predictionBias.js';
export {
  averagePrecision,
  averagePrecisionByClass,
  meanAveragePrecision,
  type TopKAccuracyOptions,
  topKAccuracy,
} from './ranking.js';
export type { AverageScores, ClassificationReport, ClassScores } from './scores.js';
export { applyTemperature, type TemperatureScaling, temperatureScaling } from './temperature.js';
