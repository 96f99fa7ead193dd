export { type AudioClassification, AudioClassifier, type ClassifyOptions, type Sound } from './audioClassifier.js';
export { type ASTConfig, astPresets } from './config.js';
export {
  ASTForAudioClassification,
  type ClassificationOutput,
  type EncoderOutput,
  type ForwardOptions,
} from './model.js';
export type { ModelParts, PretrainedOptions } from './pretrained.js';
