export type { AdaptableModel } from './adapters/adaptableModel.js';
export { type ClassifierHead, classifierHead } from './adapters/classifierHead.js';
export { bitFit, type FreezeOptions, freeze, unfreeze } from './adapters/freeze.js';
export {
  type GradualUnfreezing,
  type GradualUnfreezingOptions,
  gradualUnfreezing,
} from './adapters/gradualUnfreezing.js';
export { loadLora } from './adapters/loadLora.js';
export { addLora, type LoraModel, type LoraOptions } from './adapters/lora.js';
export type { LoraConfig } from './adapters/loraConfig.js';
export { type PatchoutModel, patchout } from './adapters/patchout.js';
export { type TrainableParameters, trainableParameters } from './adapters/trainableParameters.js';
export { AudioClassifier, type ClassifyLongOptions, type ClassifyOptions, type Sound } from './audioClassifier.js';
export type { Activation, AudioClassification } from './classification.js';
export type { Timeline, TimelineWindow, WindowOptions } from './classifyWindows.js';
export { type ASTConfig, astPresets } from './config.js';
export { type DetectEventsOptions, detectEvents, type SoundEvent } from './detectEvents.js';
export type { ClassificationOutput, EncoderOutput, ForwardOptions } from './forwardPass.js';
export { ASTForAudioClassification } from './model.js';
export type { Adapter } from './parameters.js';
export type { PatchoutOptions } from './patches.js';
export type { ModelParts, PretrainedOptions } from './pretrained.js';
export type { PushModelOptions } from './pushModel.js';
export type { BlockStages, ModelStages } from './stages.js';
