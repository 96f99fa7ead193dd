import { confusionMatrix } from '../../metrics/index.js';
import { type EvaluationMetrics, type PredictionOutput, summarize } from '../evaluationMetrics.js';
import { formatResult } from './text.js';
import type { CrossValidationResult, FoldResult } from './types.js';

/** Puts folds together. There is at least one. */
export function toResult(
  { name, labels, allFolds }: { name: string; labels: readonly string[]; allFolds: readonly number[] },
  results: readonly FoldResult[],
): CrossValidationResult {
  const folds = [...results]
    .sort((a, b) => a.fold - b.fold)
    .map((result) => ({ ...result, metrics: summarize(result.predictions) }));
  const done = new Set(folds.map(({ fold }) => fold));
  const pooled = pool(folds.map(({ predictions }) => predictions));
  const metrics = folds.map((fold) => fold.metrics);
  const result: CrossValidationResult = {
    name,
    labels,
    folds,
    missingFolds: allFolds.filter((fold) => !done.has(fold)),
    mean: overFolds(metrics, mean),
    std: overFolds(metrics, sampleDeviation),
    pooled,
    confusionMatrix: confusionMatrix(pooled.labels, pooled.predictions, { labels: [...labels.keys()] }),
  };
  return Object.defineProperty(result, 'toString', { value: () => formatResult(result), enumerable: false });
}

function pool(folds: readonly PredictionOutput[]): PredictionOutput {
  const clips = folds.reduce((total, { ids }) => total + ids.length, 0);
  return {
    ids: folds.flatMap(({ ids }) => ids),
    labels: folds.flatMap(({ labels }) => labels),
    classes: folds.flatMap(({ classes }) => classes),
    predictions: folds.flatMap(({ predictions }) => predictions),
    logits: folds.flatMap(({ logits }) => logits),
    loss: folds.reduce((total, { loss, ids }) => total + loss * ids.length, 0) / clips,
    skipped: folds.flatMap(({ skipped }) => skipped),
    runtime: folds.reduce((total, { runtime }) => total + runtime, 0),
  };
}

function overFolds(
  metrics: readonly EvaluationMetrics[],
  reduce: (values: readonly number[]) => number,
): EvaluationMetrics {
  const names = Object.keys(metrics[0]!) as (keyof EvaluationMetrics)[];
  return Object.fromEntries(
    names.map((name) => [name, reduce(metrics.map((fold) => fold[name]))]),
  ) as unknown as EvaluationMetrics;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function sampleDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
