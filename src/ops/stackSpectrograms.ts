import * as tf from '@tensorflow/tfjs-core';
import type { MelSpectrogram } from '../audio/index.js';

/**
 * Stacks features into the input of a model: [batch, frames, bins]. The caller disposes it.
 *
 * @throws {RangeError} when there is none, or they differ in size
 * @example
 * ```ts
 * const inputValues = stackSpectrograms(waveforms.map((waveform) => extractor.extract(waveform)));
 * ```
 */
export function stackSpectrograms(spectrograms: readonly MelSpectrogram[]): tf.Tensor3D {
  const [first] = spectrograms;
  if (!first) throw new RangeError('Expected one or more spectrograms, got none.');
  const { frames, bins } = first;
  const values = new Float32Array(spectrograms.length * frames * bins);
  for (const [i, spectrogram] of spectrograms.entries()) {
    if (spectrogram.frames !== frames || spectrogram.bins !== bins)
      throw new RangeError(
        `Expected spectrograms of one size, got [${frames}, ${bins}] and [${spectrogram.frames}, ${spectrogram.bins}]. ` +
          'extract() pads or cuts every sound to the same size; fbank() does not.',
      );
    values.set(spectrogram.data, i * frames * bins);
  }
  return tf.tensor3d(values, [spectrograms.length, frames, bins]);
}
