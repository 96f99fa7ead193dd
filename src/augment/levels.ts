/** Levels of sounds, in decibels of amplitude. */
import { samplesOf } from './samples.js';

/** Root mean square of samples; 0 of none. */
export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]! * samples[i]!;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

export const decibels = (amplitude: number): number => 20 * Math.log10(amplitude);

export const amplitude = (decibels: number): number => 10 ** (decibels / 20);

/** Samples times `factor`. */
export const scaled = (samples: Float32Array, factor: number): Float32Array =>
  samplesOf(samples.length, (i) => samples[i]! * factor);

/** `samples` with `noise` of the same length, whose level becomes `noiseRms`. Noise without a level is left out. */
export function mixedWithNoise(samples: Float32Array, noise: ArrayLike<number>, noiseRms: number): Float32Array {
  const level = rms(noise);
  const factor = level === 0 ? 0 : noiseRms / level;
  return samplesOf(samples.length, (i) => samples[i]! + factor * noise[i]!);
}
