import type { Random } from '../../random.js';
import { addAt, filter, syntheticRate, wander, whiteNoise } from './signal.js';

// A bubble rings like a damped sine that rises while it nears the surface (K. van den Doel, "Physically based models for
// liquid sounds", 2005).
function bubble(random: Random, low: number, high: number): Float32Array {
  const hertz = low * (high / low) ** random.uniform();
  const seconds = random.uniform(0.5, 1.5) * Math.min(0.12, 25 / hertz);
  const rise = random.uniform(0, 0.6);
  let phase = 0;
  return Float32Array.from(
    { length: Math.round(seconds * syntheticRate) },
    (_, i, length = seconds * syntheticRate) => {
      phase += (2 * Math.PI * hertz * (1 + (rise * i) / length)) / syntheticRate;
      return Math.sin(phase) * Math.exp((-5 * i) / length);
    },
  );
}

/** A stream, a tap, rain or single drops: fluctuating band noise with bubbles, in random shares. */
export function water(random: Random, length: number): Float32Array {
  const seconds = length / syntheticRate;
  const centre = random.uniform(700, 3200);
  const flow = wander(random, seconds, random.uniform(1, 6), 0.5, 1);
  const noise = filter(whiteNoise(random, length), 'bandpass', centre, random.uniform(0.3, 0.9));
  const share = random.uniform(0.05, 0.5);
  const sound = noise.map((sample, i) => share * sample * flow(i));

  const low = random.uniform(350, 1200);
  const high = low * random.uniform(2, 5);
  const rate = 3 * 60 ** random.uniform(); // 3 to 180 bubbles a second
  const pause = () => (-Math.log(1 - random.uniform()) * syntheticRate) / rate; // a Poisson process
  for (let start = 0; start < length; start += pause())
    addAt(sound, bubble(random, low, high), start, random.uniform(0.2, 1) / Math.sqrt(1 + rate / 30));
  return sound;
}
