export {
  type ConfusionMatrixTextOptions,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
} from '../results/index.js';
