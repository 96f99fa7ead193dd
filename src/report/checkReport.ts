import { EvaluationError } from '../errors.js';
import type { EvaluationResult } from '../results/index.js';
import type { ReportOptions } from './reportOptions.js';

/** The least room that a page takes without sounds. */
const LEAST_BYTES = 100_000;

/** Refuses what no report can be made of, before any work. */
export function checkReport(results: readonly EvaluationResult[], options: ReportOptions): void {
  if (results.length === 0) throw new EvaluationError('A report needs at least one evaluation, got none.');
  for (const [i, result] of results.entries())
    if (result?.format !== 'ast-ts evaluation')
      throw new EvaluationError(
        `Result ${i} of the report is no evaluation; give what evaluateModel, toEvaluation or loadEvaluation gave.`,
      );
  const { language = 'en', sounds = 'all', maxBytes = 5e6 } = options;
  if (!['en', 'es'].includes(language)) throw new RangeError(`language must be 'en' or 'es', got '${language}'.`);
  if (!['errors', 'all', 'none'].includes(sounds))
    throw new RangeError(`sounds must be 'errors', 'all' or 'none', got '${sounds}'.`);
  if (!(maxBytes >= LEAST_BYTES))
    throw new RangeError(`maxBytes must be a number of ${LEAST_BYTES} or more, got ${maxBytes}.`);
}
