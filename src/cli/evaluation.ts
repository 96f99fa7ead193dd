import { bestAndWorstClasses, classificationReport, confusionMatrix, mostConfusedPairs } from '../metrics/index.js';
import { formatBestAndWorst, formatConfusedPairs, formatConfusionMatrix } from '../report/index.js';
import { summarize } from '../train/evaluationMetrics.js';
import type { PredictionOutput } from '../train/index.js';

/** What predictions say about a model: as data, and as text for a terminal. */
export function evaluationOf(output: PredictionOutput, names: readonly string[]) {
  const { ids, labels, predictions, skipped } = output;
  const indices = [...names.keys()];
  const report = classificationReport(labels, predictions, { labels: indices, targetNames: names });
  const matrix = confusionMatrix(labels, predictions, { labels: indices });
  const text = [
    String(report).trimEnd(),
    formatConfusionMatrix(matrix, names, { color: process.stdout.isTTY }),
    formatBestAndWorst(bestAndWorstClasses(report, 3)),
    formatConfusedPairs(mostConfusedPairs(matrix, names, 5)),
  ].join('\n\n');
  const clips = ids.map((id, clip) => ({ id, label: names[labels[clip]!], prediction: names[predictions[clip]!] }));
  return { text, data: { metrics: summarize(output), labels: names, report, confusionMatrix: matrix, clips, skipped } };
}
