import type { Waveform } from '../audio/index.js';
import { resample } from '../audio/resample.js';
import { rms } from './levels.js';

/** Samples of the sounds of a list, at the sampling rate that is asked for. */
export type SoundBank = (sampleRate: number) => readonly Float32Array[];

/**
 * Sounds that an augmentation takes at random, resampled once for each rate.
 *
 * @param augmentation who asks, for messages
 * @param option what the list is called there
 * @throws {RangeError} when the list is empty, or a sound is empty, silent or not finite
 */
export function soundBank(augmentation: string, option: string, sounds: readonly Waveform[]): SoundBank {
  if (!(sounds.length > 0))
    throw new RangeError(
      `${augmentation} expects ${option} to be one sound or more, got none: read them with readAudio.`,
    );
  for (const [i, { samples }] of sounds.entries()) {
    const level = rms(samples);
    if (!(level > 0 && level < Number.POSITIVE_INFINITY))
      throw new RangeError(
        `${augmentation} expects ${option} to be finite sounds that are not silent; ${option}[${i}] is ` +
          `${level === 0 ? 'empty or silent' : 'not finite'}: leave it out.`,
      );
  }
  const atRate = new Map<number, readonly Float32Array[]>();
  return (sampleRate) => {
    const samples = atRate.get(sampleRate) ?? sounds.map((sound) => resample(sound, sampleRate).samples);
    atRate.set(sampleRate, samples);
    return samples;
  };
}
