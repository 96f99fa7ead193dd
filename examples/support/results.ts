import { writeFile } from 'node:fs/promises';
import {
  bestAndWorstClasses,
  confusionMatrixOf,
  type EvaluationResult,
  metricsOf,
  mostConfusedPairs,
  type PredictionOutput,
  reportOf,
} from '../../src/index.js';

/** What an evaluation says about a model, as data. */
export function summarize(result: EvaluationResult) {
  const scores = reportOf(result);
  const matrix = confusionMatrixOf(result);
  const { best, worst } = bestAndWorstClasses(scores, 3);
  const { loss } = metricsOf(result);
  return {
    loss,
    scores,
    matrix,
    labels: result.labels,
    best,
    worst,
    confused: mostConfusedPairs(matrix, result.labels, 5),
  };
}

/** Writes a table of the predictions, one line a clip, with the scores before softmax. */
export async function writePredictions(
  path: string,
  { ids, labels, predictions, logits }: PredictionOutput,
  names: readonly string[],
): Promise<void> {
  const header = ['id', 'label', 'prediction', ...names.map((name) => `logit_${name}`)];
  const rows = ids.map((id, i) => [
    id,
    names[labels[i]!]!,
    names[predictions[i]!]!,
    ...logits[i]!.map((logit) => logit.toFixed(5)),
  ]);
  await writeFile(path, toCsv([header, ...rows]));
}

/** A table as RFC 4180 quotes it. */
export const toCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(quote).join(',')}\n`).join('');

const quote = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
