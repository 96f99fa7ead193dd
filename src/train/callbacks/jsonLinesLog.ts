import type { TrainerCallback } from '../callbacks.js';
import { lineLog } from './lineLog.js';

/**
 * Writes a run to a file of JSON lines (Node): an object for every step that is logged, as in `state.log`, and one for every
 * evaluation, as in `state.evaluations`; a number that is none is null. A run that begins replaces the file, one that is
 * resumed goes on at its checkpoint. A process that is killed leaves whole lines.
 *
 * @param path the file; its directory is made
 * @throws {TrainingError} in browsers
 *
 * @example
 * ```ts
 * new Trainer({ model, extractor, trainDataset, callbacks: [jsonLinesLog('runs/birds.jsonl')] });
 * ```
 */
export const jsonLinesLog = (path: string): TrainerCallback =>
  lineLog('jsonLinesLog', path, { line: (entry) => JSON.stringify(entry) });
