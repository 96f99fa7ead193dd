import { confusionMatrixOf, type EvaluationResult, formatEvaluation, metricsOf, reportOf } from '../results/index.js';

/** What an evaluation says about a model, for a terminal. */
export const textOf = (result: EvaluationResult): string => formatEvaluation(result, { color: process.stdout.isTTY });

/** The same as data; `saveEvaluation` keeps every score. */
export function dataOf(result: EvaluationResult) {
  const { labels, skipped } = result;
  const clips = result.clips.map(({ id, label, prediction }) => ({
    id,
    label: labels[label],
    prediction: labels[prediction],
  }));
  return {
    metrics: metricsOf(result),
    labels,
    report: reportOf(result),
    confusionMatrix: confusionMatrixOf(result),
    clips,
    skipped,
  };
}
