export { type CacheFeaturesOptions, cacheFeatures } from './cacheFeatures.js';
export { countLabels, type LabelCount } from './countLabels.js';
export type { AudioDataset, AudioExample, StoredFeatures } from './dataset.js';
export { examples, type SkippedRecording, type UnreadableOptions } from './examples.js';
export type { FeatureDtype } from './featureFile.js';
export {
  type GroupedDataset,
  type GroupLabelsOptions,
  groupLabels,
  type LabelGroups,
  natureCategories,
} from './groupLabels.js';
export { inMemoryDataset, type LabelledClip } from './inMemoryDataset.js';
export { type LoadDatasetOptions, loadDataset } from './loadDataset.js';
export { sharedSources } from './sharedSources.js';
export { selectFolds, subset } from './subset.js';
export { type SyntheticOptions, syntheticDataset } from './synthetic/syntheticDataset.js';
