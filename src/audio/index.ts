export { type DecodeAudioOptions, decodeAudio } from './decode.js';
export { MelSpectrogramExtractor } from './extractor.js';
export type { FeatureExtractor } from './featureExtractor.js';
export type { ResampleMethod } from './polyphase.js';
export type { ExtractorConfig } from './preprocessorConfig.js';
export { type ReadAudioOptions, readAudio } from './read.js';
export { type ResampleOptions, resample } from './resample.js';
export type { MelSpectrogram, Waveform } from './waveform.js';
