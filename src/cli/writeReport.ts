import { platform } from '#platform';
import type { AudioDataset } from '../datasets/index.js';
import { renderReport } from '../report/index.js';
import { type EvaluationResult, saveEvaluation } from '../results/index.js';
import { printError } from './options.js';

/** Writes what people look at, report.html, and what other programs go on from, evaluation.json. */
export async function writeReport(result: EvaluationResult, dataset: AudioDataset, directory: string): Promise<void> {
  const { join } = platform.files!;
  const out = join(directory, 'report.html');
  await saveEvaluation(result, join(directory, 'evaluation.json'));
  await renderReport(result, { out, dataset });
  printError(`Open ${out} in a browser to see and hear the results.`);
}
