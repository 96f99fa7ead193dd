/**
 * A mono sound.
 *
 * `samples` lie in [-1, 1] by convention (not scaled by 2^15); `sampleRate` is in Hz.
 */
export interface Waveform {
  /** Samples in time order, one channel, shape [samples]. */
  readonly samples: Float32Array;
  /** Samples a second, in Hz. */
  readonly sampleRate: number;
}

/**
 * Log-mel features, row-major: `data[frame * bins + bin]`.
 */
export interface MelSpectrogram {
  /** Shape [frames, bins]; natural-log power, or normalised values after `extract`. */
  readonly data: Float32Array;
  readonly frames: number;
  readonly bins: number;
}
