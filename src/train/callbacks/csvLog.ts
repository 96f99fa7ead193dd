import type { StepLog, TrainerCallback } from '../callbacks.js';
import type { EvaluationMetrics } from '../evaluationMetrics.js';
import { lineLog } from './lineLog.js';

// A record, so that a new number is not forgotten.
const columns: Record<keyof StepLog | keyof EvaluationMetrics, true> = {
  step: true,
  epoch: true,
  loss: true,
  gradNorm: true,
  learningRate: true,
  samplesPerSecond: true,
  evalLoss: true,
  evalAccuracy: true,
  evalBalancedAccuracy: true,
  evalMacroF1: true,
  evalMeanAveragePrecision: true,
  evalRuntime: true,
  evalSamplesPerSecond: true,
};
const names = Object.keys(columns);

/**
 * Writes a run to a CSV file (Node): a row for every step that is logged, with its loss, norm and rate; a row for every
 * evaluation, with its metrics; what a row does not have is empty. A run that begins replaces the file, one that is resumed
 * goes on at its checkpoint. A process that is killed leaves whole rows.
 *
 * @param path the file; its directory is made
 * @throws {TrainingError} in browsers
 *
 * @example
 * ```ts
 * new Trainer({ model, extractor, trainDataset, callbacks: [csvLog('runs/birds.csv')] });
 * ```
 */
export function csvLog(path: string): TrainerCallback {
  return lineLog('csvLog', path, {
    header: names.join(','),
    line: (entry) => names.map((name) => new Map(Object.entries(entry)).get(name) ?? '').join(','),
  });
}
