export {
  type ConfusionMatrixTextOptions,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
} from '../results/tables.js';
