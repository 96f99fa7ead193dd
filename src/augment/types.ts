import type { MelSpectrogram, Waveform } from '../audio/index.js';
import type { Random } from '../random.js';

/**
 * Changes a sound at random, before its features are extracted. Leaves its input as it is, keeps the sampling rate, and
 * gives the same sound for the same random numbers.
 */
export type WaveformAugmentation = (waveform: Waveform, random: Random) => Waveform;

/** Changes the features of a clip at random, before they train a model. Leaves its input as it is. */
export type FeatureAugmentation = (features: MelSpectrogram, random: Random) => MelSpectrogram;

/** Features of a clip and what a model is to say of it. */
export interface LabelledFeatures {
  readonly features: MelSpectrogram;
  /** The probability of each label, shape [labels], in [0, 1]. */
  readonly target: Float32Array;
}

/** Changes the clips of a batch together, targets included; gives as many clips. Leaves its input as it is. */
export type BatchAugmentation = (batch: readonly LabelledFeatures[], random: Random) => LabelledFeatures[];
