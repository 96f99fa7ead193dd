import type { EvaluationResult } from '../results/index.js';
import type { ReportOptions } from './reportHtml.js';

export function checkReport(_: readonly EvaluationResult[], __: ReportOptions): void {}
