import type { Random } from '../../random.js';
import { filter, syntheticRate, wander, whiteNoise } from './signal.js';

/** Gusts: noise through a low-pass filter that opens as they grow; in some clips the wind whistles or leaves rustle. */
export function wind(random: Random, length: number): Float32Array {
  const seconds = length / syntheticRate;
  const gust = wander(random, seconds, random.uniform(0.4, 2), random.uniform(0.05, 0.4), 1);
  const cutoff = random.uniform(150, 700);
  const opening = random.uniform(0.5, 2.5);
  const noise = whiteNoise(random, length);
  const body = filter(noise, 'lowpass', (i) => cutoff * (0.5 + opening * gust(i)));

  const whistling = random.uniform() < 0.35 ? random.uniform(0.1, 0.6) : 0;
  const pitch = wander(random, seconds, random.uniform(0.5, 2), 350, 1400);
  const whistle = filter(noise, 'bandpass', pitch, random.uniform(12, 40));
  const rustling = random.uniform() < 0.5 ? random.uniform(0.02, 0.12) : 0;
  const leaves = filter(noise, 'highpass', random.uniform(1500, 4000));
  return body.map((sample, i) => gust(i) * (sample + gust(i) * (whistling * whistle[i]! + rustling * leaves[i]!)));
}
