export { type AddBackgroundNoiseOptions, addBackgroundNoise } from './addBackgroundNoise.js';
export { type ApplyImpulseResponseOptions, applyImpulseResponse } from './applyImpulseResponse.js';
export {
  type AxisMaskingOptions,
  type FrequencyMaskingOptions,
  frequencyMasking,
  type TimeMaskingOptions,
  timeMasking,
} from './axisMasking.js';
export { type ClippingDistortionOptions, clippingDistortion } from './clippingDistortion.js';
export { type Augmentation, type ComposeOptions, compose, type OneOfOptions, oneOf, someOf } from './compose.js';
export { cutMix } from './cutMix.js';
export type { FeatureScaleOptions } from './featureScale.js';
export { type FilterAugmentOptions, filterAugment } from './filterAugment.js';
export {
  type BandPassFilterOptions,
  bandPassFilter,
  type CutoffOptions,
  highPassFilter,
  lowPassFilter,
  type RolloffOptions,
} from './filters.js';
export { type GainOptions, gain, polarityInversion } from './gain.js';
export { type MixupOptions, mixup } from './mixup.js';
export { type AddColorNoiseOptions, addColorNoise, addGaussianSnr, noiseColors, type SnrOptions } from './noise.js';
export type { MixOptions } from './pairs.js';
export { perClip } from './perClip.js';
export { type AugmentationPreview, type PreviewOptions, preview } from './preview.js';
export type { ProbabilityOptions } from './probability.js';
export { type ShiftOptions, shift } from './shift.js';
export { type SpectrogramMaskingOptions, spectrogramMasking } from './spectrogramMasking.js';
export { type TimeRollOptions, timeRoll } from './timeRoll.js';
export { type PitchShiftOptions, pitchShift, type TimeStretchOptions, timeStretch } from './timeStretch.js';
export type { BatchAugmentation, FeatureAugmentation, LabelledFeatures, WaveformAugmentation } from './types.js';
