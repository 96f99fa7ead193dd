export {
  type ConfusionMatrixTextOptions,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
} from './text.js';
