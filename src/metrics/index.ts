export { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from './agreement.js';
export { type ClassificationReportOptions, classificationReport } from './classificationReport.js';
export { type BestAndWorstClasses, bestAndWorstClasses } from './classRanking.js';
export { type ConfusedPair, mostConfusedPairs } from './confusedPairs.js';
export { type ConfusionMatrixOptions, confusionMatrix } from './confusionMatrix.js';
export { type McNemarOptions, type McNemarResult, mcnemar } from './mcnemar.js';
export { averagePrecision, meanAveragePrecision, type TopKAccuracyOptions, topKAccuracy } from './ranking.js';
export type { AverageScores, ClassificationReport, ClassScores } from './scores.js';
