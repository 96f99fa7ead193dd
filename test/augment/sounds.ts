import type { MelSpectrogram, Waveform } from '../../src/audio/index.js';
import { createRandom, type Random } from '../../src/random.js';

export const sampleRate = 16000;

export const sound = (length: number, value: (i: number) => number, rate = sampleRate): Waveform => ({
  samples: Float32Array.from({ length }, (_, i) => value(i)),
  sampleRate: rate,
});

export const tone = (hertz: number, length = sampleRate, rate = sampleRate): Waveform =>
  sound(length, (i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate), rate);

/** Noise and a tone: neither regular nor symmetric. */
export const recording = (length = 8000, seed = 1): Waveform => {
  const random = createRandom(seed);
  return sound(length, (i) => 0.1 * random.normal() + 0.3 * Math.sin(0.2 * i));
};

export const levelOf = (samples: ArrayLike<number>): number =>
  20 * Math.log10(Math.sqrt(Array.from(samples).reduce((sum, sample) => sum + sample * sample, 0) / samples.length));

export const minus = (a: Waveform, b: Waveform): Float32Array => a.samples.map((sample, i) => sample - b.samples[i]!);

export const features = (frames: number, bins: number, value: (i: number) => number): MelSpectrogram => ({
  data: Float32Array.from({ length: frames * bins }, (_, i) => value(i)),
  frames,
  bins,
});

/** Random numbers whose `uniform` gives these shares of its range, one after the other; the rest is that of seed 0. */
export function scripted(...shares: number[]): Random {
  let next = 0;
  return {
    ...createRandom(0),
    uniform: (low = 0, high = 1) => {
      if (next >= shares.length) throw new Error(`more than ${shares.length} numbers were drawn`);
      return low + (high - low) * shares[next++]!;
    },
  };
}

/** The largest difference between values at the same place. */
export const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
