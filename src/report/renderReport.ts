import { platform } from '#platform';
import type { EvaluationResult } from '../results/index.js';
import { reportHtml } from './reportHtml.js';
import type { ReportOptions } from './reportOptions.js';

/** Options of {@link renderReport}. */
export interface RenderReportOptions extends ReportOptions {
  /** The file to write, `….html`. */
  readonly out: string;
}

/**
 * Writes a report on one or several evaluations to one HTML file that needs nothing else: no network, no other file. It opens from disk, in
 * light and dark, on a phone and on paper, in English and Spanish.
 *
 * @param results one result, or several of the same clips: the first is what the others are compared with
 * @throws {EvaluationError} when there is no result, or several that are not of the same clips
 * @throws {RangeError} for options out of range, and for a data set that lacks clips of the results
 * @throws {DatasetError} when a clip cannot be read
 * @throws {Error} in a browser, which has no files: use {@link reportHtml}
 * @example
 * ```ts
 * const result = await evaluateModel(model, dataset, { name: 'AST' });
 * await renderReport(result, { out: 'runs/ast/report.html', dataset });
 * ```
 */
export async function renderReport(
  results: EvaluationResult | readonly EvaluationResult[],
  { out, ...options }: RenderReportOptions,
): Promise<void> {
  if (!platform.files)
    throw new Error(
      'renderReport writes a file, and a browser has none; use reportHtml(results), which gives its text.',
    );
  if (typeof out !== 'string' || out === '')
    throw new RangeError(`out must be the path of a file to write, got '${out}'.`);
  await platform.files.writeFile(out, [await reportHtml(results, options)]);
}
