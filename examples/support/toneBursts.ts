import { createRandom, type LabelledClip } from '../../src/index.js';

/** A clip whose class is heard at one place alone. */
export interface ToneBurst extends LabelledClip {
  /** Where the burst is: [from, to) in seconds, and its pitch in Hz. */
  readonly burst: { readonly from: number; readonly to: number; readonly pitch: number };
}

/** Classes of {@link toneBursts}, each with its pitch in Hz. */
export const burstPitches = { low: 350, middle: 1000, high: 2400, 'very high': 5500 } as const;

const sampleRate = 16000;

/** Noise with one short tone at a random time; the pitch says the class. */
export function toneBursts(clips: number, seconds: number, seed: number): ToneBurst[] {
  const classes = Object.entries(burstPitches);
  return Array.from({ length: clips }, (_, i) => {
    const random = createRandom([seed, 'tone burst', i]);
    const [label, centre] = classes[i % classes.length]!;
    const pitch = centre * random.uniform(0.93, 1.07);
    const length = random.uniform(0.12, 0.2);
    const from = random.uniform(0.02, seconds - length - 0.02);
    const to = from + length;
    const loudness = random.uniform(0.15, 0.6);
    const samples = Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => {
      const time = n / sampleRate;
      const noise = 0.01 * random.normal();
      if (time < from || time >= to) return noise;
      return noise + loudness * Math.sin((Math.PI * (time - from)) / length) * Math.sin(2 * Math.PI * pitch * time);
    });
    return { id: `${label} ${i}`, label, waveform: { samples, sampleRate }, burst: { from, to, pitch } };
  });
}
