export { type AudioClassification, AudioClassifier, type ClassifyOptions, type Sound } from './audioClassifier.js';
export { type ASTConfig, astPresets } from './config.js';
export type { ClassificationOutput, EncoderOutput, ForwardOptions } from './forwardPass.js';
export { ASTForAudioClassification } from './model.js';
export type { ModelParts, PretrainedOptions } from './pretrained.js';
