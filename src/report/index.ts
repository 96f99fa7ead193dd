export {
  type ConfusionMatrixTextOptions,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
} from '../results/index.js';
export type { Sounds } from './chooseMedia.js';
export { type RenderReportOptions, renderReport } from './renderReport.js';
export { reportHtml } from './reportHtml.js';
export type { ReportOptions } from './reportOptions.js';
