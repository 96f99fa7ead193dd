export { alignLabels } from './alignLabels.js';
export { type ClipInfo, filterDataset, shuffleDataset } from './arrange.js';
export { type CacheFeaturesOptions, cacheFeatures } from './cacheFeatures.js';
export {
  type ComputeNormalizationOptions,
  computeNormalization,
  type Normalization,
} from './computeNormalization.js';
export { concatenateDatasets } from './concatenateDatasets.js';
export { countLabels, type LabelCount } from './countLabels.js';
export type { AudioDataset, AudioExample, StoredFeatures } from './dataset.js';
export { examples, type SkippedRecording, type UnreadableOptions } from './examples.js';
export type { FeatureDtype } from './featureFile.js';
export { type FeatureWorkers, featureWorkers } from './featureWorkers.js';
export type { DatasetInspection } from './formatInspection.js';
export { getDatasetSplitNames } from './getDatasetSplitNames.js';
export {
  type GroupedDataset,
  type GroupLabelsOptions,
  groupLabels,
  type LabelGroups,
  natureCategories,
} from './groupLabels.js';
export { inMemoryDataset, type LabelledClip } from './inMemoryDataset.js';
export { type InspectOptions, inspect } from './inspect.js';
export { type Fold, type KFoldOptions, kFold } from './kFold.js';
export { type LoadDatasetOptions, loadDataset } from './loadDataset.js';
export { type LoadTrainTestOptions, loadTrainTest } from './loadTrainTest.js';
export { type MapWaveformsOptions, mapWaveforms } from './mapWaveforms.js';
export type { GroupBy } from './recordingGroups.js';
export { sharedSources } from './sharedSources.js';
export { selectFolds, subset } from './subset.js';
export { type SyntheticOptions, syntheticDataset } from './synthetic/syntheticDataset.js';
export { type TrainTestSplit, type TrainTestSplitOptions, trainTestSplit } from './trainTestSplit.js';
