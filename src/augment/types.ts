import type { MelSpectrogram, Waveform } from '../audio/index.js';
import type { Random } from '../random.js';

/** Changes the samples of a sound at random, before features are made of it. Leaves its input as it is. */
export type WaveformAugmentation = (waveform: Waveform, random: Random) => Waveform;

/** Changes the features of a clip at random, before they train a model. Leaves its input as it is. */
export type FeatureAugmentation = (features: MelSpectrogram, random: Random) => MelSpectrogram;

/** A clip of a batch: its features, and how much of each class it is. */
export interface LabelledFeatures {
  readonly features: MelSpectrogram;
  /** Probabilities, [labels]; for sounds with several labels each between 0 and 1. */
  readonly target: Float32Array;
}

/** Changes the clips of a batch together, e.g. mixes them. Leaves its input as it is. */
export type BatchAugmentation = (batch: readonly LabelledFeatures[], random: Random) => LabelledFeatures[];
