/**
 * The Audio Spectrogram Transformer in TypeScript: classify sounds, and fine-tune on your own, in Node and in the browser.
 *
 * @packageDocumentation
 */
export {
  type ASTConfig,
  ASTForAudioClassification,
  type AudioClassification,
  AudioClassifier,
  astPresets,
  type ClassificationOutput,
  type ClassifyOptions,
  type EncoderOutput,
  type ForwardOptions,
  type ModelParts,
  type PretrainedOptions,
  type Sound,
} from './ast/index.js';
export {
  type DecodeAudioOptions,
  decodeAudio,
  type ExtractorConfig,
  type FeatureAugmentation,
  type MelSpectrogram,
  MelSpectrogramExtractor,
  type ReadAudioOptions,
  type ResampleMethod,
  type ResampleOptions,
  readAudio,
  resample,
  type SpectrogramMaskingOptions,
  spectrogramMasking,
  type Waveform,
} from './audio/index.js';
export {
  type BackendName,
  type CustomBackend,
  type OnnxruntimeOptions,
  type UseBackendOptions,
  useBackend,
} from './backends/index.js';
export {
  type AudioDataset,
  type AudioExample,
  type CacheFeaturesOptions,
  cacheFeatures,
  countLabels,
  examples,
  type FeatureDtype,
  type GroupedDataset,
  type GroupLabelsOptions,
  groupLabels,
  inMemoryDataset,
  type LabelCount,
  type LabelGroups,
  type LabelledClip,
  type LoadDatasetOptions,
  loadDataset,
  natureCategories,
  type SkippedRecording,
  type StoredFeatures,
  type SyntheticOptions,
  selectFolds,
  sharedSources,
  subset,
  syntheticDataset,
  type UnreadableOptions,
} from './datasets/index.js';
export {
  AudioDecodeError,
  AudioInputError,
  BackendError,
  CheckpointError,
  DatasetError,
  HubError,
  TrainingError,
} from './errors.js';
export {
  type DownloadProgress,
  openRepository,
  openSafetensors,
  type Repository,
  type RepositoryOptions,
  writeSafetensors,
} from './hub/index.js';
export {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  bestAndWorstClasses,
  type ClassificationReport,
  classificationReport,
  cohenKappa,
  confusionMatrix,
  matthewsCorrelation,
  meanAveragePrecision,
  mostConfusedPairs,
  topKAccuracy,
} from './metrics/index.js';
export { stackSpectrograms } from './ops/index.js';
export { createRandom, type Random, type RandomKey } from './random.js';
export { formatBestAndWorst, formatConfusedPairs, formatConfusionMatrix } from './report/index.js';
export {
  adamW,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  type EvaluationMetrics,
  type FeatureExtractor,
  type LossFunction,
  learningRateSchedule,
  type PredictionOutput,
  progressBar,
  softCrossEntropy,
  type Targets,
  type TrainableModel,
  Trainer,
  type TrainerCallback,
  type TrainerOptions,
  type TrainerState,
  type TrainingArguments,
  type TrainResult,
} from './train/index.js';
