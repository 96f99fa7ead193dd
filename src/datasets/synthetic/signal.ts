import type { Random } from '../../random.js';

/** The rate that synthetic sounds are made at, in Hz. */
export const syntheticRate = 16000;

/** Normally distributed samples of standard deviation 1. */
export const whiteNoise = (random: Random, length: number): Float32Array =>
  new Float32Array(length).map(() => random.normal());

/**
 * A second-order filter; the cut-off or centre frequency, in Hz, may change from sample to sample.
 *
 * The state-variable filter of A. Simper, "Solving the continuous SVF equations using trapezoidal integration" (2013),
 * which stays stable while its frequency moves.
 *
 * @param q Resonance; 0.7 is flat, a band is `frequency / q` wide.
 */
export function filter(
  input: Float32Array,
  kind: 'lowpass' | 'bandpass' | 'highpass',
  frequency: number | ((sample: number) => number),
  q = 0.7,
): Float32Array {
  const output = new Float32Array(input.length);
  const frequencyAt = typeof frequency === 'number' ? () => frequency : frequency;
  let band = 0;
  let low = 0;
  let g = 0;
  for (let i = 0; i < input.length; i++) {
    // A filter that glides is retuned every 2 ms: tan() for every sample would cost more than the filter.
    if (i % 32 === 0) g = Math.tan((Math.PI * Math.min(frequencyAt(i), 0.45 * syntheticRate)) / syntheticRate);
    const k = 1 / q;
    const x = input[i]!;
    const bandNow = (band + g * (x - low)) / (1 + g * (g + k));
    const lowNow = low + g * bandNow;
    band = 2 * bandNow - band;
    low = 2 * lowNow - low;
    output[i] = kind === 'lowpass' ? lowNow : kind === 'bandpass' ? k * bandNow : x - k * bandNow - lowNow;
  }
  return output;
}

/** A smooth curve through random values in [low, high], `rate` of them a second. */
export function wander(
  random: Random,
  seconds: number,
  rate: number,
  low: number,
  high: number,
): (sample: number) => number {
  const knots = Array.from({ length: Math.ceil(seconds * rate) + 2 }, () => random.uniform(low, high));
  return (sample) => {
    const position = (sample / syntheticRate) * rate;
    const knot = Math.min(Math.floor(position), knots.length - 2);
    const weight = 0.5 - 0.5 * Math.cos(Math.PI * (position - knot));
    return knots[knot]! * (1 - weight) + knots[knot + 1]! * weight;
  };
}

/**
 * A tone with harmonics.
 *
 * @param frequency Of the fundamental, in Hz, at a position in [0, 1] of the tone.
 * @param amplitudes Of the fundamental and the harmonics above it; what lies above 7.2 kHz is left out.
 */
export function tone(
  seconds: number,
  frequency: (position: number) => number,
  amplitudes: readonly number[],
): Float32Array {
  const length = Math.max(1, Math.round(seconds * syntheticRate));
  let phase = 0;
  return new Float32Array(length).map((_, i) => {
    const hertz = frequency(i / length);
    phase += (2 * Math.PI * hertz) / syntheticRate;
    let sum = 0;
    for (let h = 0; h < amplitudes.length && hertz * (h + 1) < 7200; h++)
      sum += amplitudes[h]! * Math.sin(phase * (h + 1));
    return sum;
  });
}

/** Multiplies in place by a rise of `attack` (a part of the whole in [0, 1]) and a fall for the rest. */
export function shape(samples: Float32Array, attack: number): Float32Array {
  const rise = Math.max(1, attack * samples.length);
  for (let i = 0; i < samples.length; i++) {
    const level = i < rise ? i / rise : (samples.length - i) / (samples.length - rise);
    samples[i]! *= Math.sin((Math.PI / 2) * level) ** 2;
  }
  return samples;
}

/** Adds `sound` to `target` from sample `start` on; what does not fit is cut. */
export function addAt(target: Float32Array, sound: Float32Array, start: number, gain = 1): void {
  const from = Math.max(0, Math.round(start));
  const end = Math.min(target.length, from + sound.length);
  for (let i = from; i < end; i++) target[i]! += gain * sound[i - from]!;
}

export const rms = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
