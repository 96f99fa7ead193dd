export { AudioClassifier, type ClassifyLongOptions, type ClassifyOptions, type Sound } from './audioClassifier.js';
export type { AudioClassification } from './classification.js';
export type { Timeline, TimelineWindow, WindowOptions } from './classifyWindows.js';
export { type ASTConfig, astPresets } from './config.js';
export { type DetectEventsOptions, detectEvents, type SoundEvent } from './detectEvents.js';
export {
  ASTForAudioClassification,
  type ClassificationOutput,
  type EncoderOutput,
  type ForwardOptions,
} from './model.js';
export type { ModelParts, PretrainedOptions } from './pretrained.js';
