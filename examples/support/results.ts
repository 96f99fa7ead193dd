import { writeFile } from 'node:fs/promises';
import {
  bestAndWorstClasses,
  classificationReport,
  confusionMatrix,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
  mostConfusedPairs,
  type PredictionOutput,
} from '../../src/index.js';

/** What the predictions say about a model, as data. */
export function evaluate({ labels, predictions, loss }: PredictionOutput, names: readonly string[]) {
  const indices = [...names.keys()];
  const scores = classificationReport(labels, predictions, { labels: indices, targetNames: names });
  const matrix = confusionMatrix(labels, predictions, { labels: indices });
  const { best, worst } = bestAndWorstClasses(scores, 3);
  return { loss, scores, matrix, labels: names, best, worst, confused: mostConfusedPairs(matrix, names, 5) };
}

/** The same as text for a terminal. */
export function formatResults(
  { scores, matrix, labels, best, worst, confused }: ReturnType<typeof evaluate>,
  options: { color: boolean },
): string {
  return [
    String(scores).trimEnd(),
    formatConfusionMatrix(matrix, labels, options),
    formatBestAndWorst({ best, worst }),
    formatConfusedPairs(confused),
  ].join('\n\n');
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
