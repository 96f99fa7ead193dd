export type { BatchAugmentation, FeatureAugmentation, LabelledFeatures, WaveformAugmentation } from './types.js';
