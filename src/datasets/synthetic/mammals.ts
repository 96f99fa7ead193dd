import type { Random } from '../../random.js';
import { addAt, filter, shape, tone, whiteNoise } from './signal.js';

interface Call {
  readonly seconds: readonly [number, number];
  /** Of the voice, in Hz. */
  readonly pitch: readonly [number, number];
  readonly calls: readonly [number, number];
  readonly breath: readonly [number, number];
  readonly attack: number;
}

const repertoire: readonly Call[] = [
  { seconds: [0.08, 0.28], pitch: [180, 700], calls: [2, 9], breath: [0.1, 0.5], attack: 0.1 }, // bark
  { seconds: [1, 2.8], pitch: [250, 750], calls: [1, 2], breath: [0, 0.08], attack: 0.3 }, // howl
  { seconds: [0.6, 1.6], pitch: [80, 220], calls: [1, 3], breath: [0.02, 0.2], attack: 0.25 }, // low
  { seconds: [0.3, 0.9], pitch: [300, 800], calls: [2, 4], breath: [0.02, 0.15], attack: 0.3 }, // mew
];

/**
 * Calls: a voice with many harmonics and some breath through the resonances of a vocal tract (source and filter, after
 * G. Fant, "Acoustic Theory of Speech Production", 1960).
 */
export function mammals(random: Random, length: number): Float32Array {
  const { seconds, pitch, calls, breath, attack } = repertoire[random.integer(repertoire.length)]!;
  const between = ([low, high]: readonly [number, number]) => random.uniform(low, high);
  const fundamental = between(pitch);
  const tract = random.uniform(0.7, 1.5); // size of the animal: scales all resonances
  const formants = [500, 1300, 2500].map((hertz) => hertz * tract * random.uniform(0.8, 1.2));
  const breathiness = between(breath);
  const tilt = random.uniform(0.8, 1.6);
  const harmonics = Array.from({ length: 24 }, (_, h) => (h + 1) ** -tilt);
  const vibrato = random.uniform(0, 0.04);

  const count = Math.round(between(calls));
  const sound = new Float32Array(length);
  for (let call = 0; call < count; call++) {
    const duration = between(seconds);
    const from = fundamental * random.uniform(0.8, 1.1);
    const arch = random.uniform(-0.15, 0.5);
    const fall = random.uniform(-0.1, 0.4);
    const contour = (position: number) =>
      from *
      (1 + arch * Math.sin(Math.PI * position) - fall * position) *
      (1 + vibrato * Math.sin(2 * Math.PI * 6 * position * duration));
    const voice = tone(duration, contour, harmonics);
    const noise = whiteNoise(random, voice.length);
    const source = voice.map((sample, i) => sample + breathiness * noise[i]!);
    const throat = new Float32Array(source.length);
    for (const [formant, hertz] of formants.entries())
      addAt(throat, filter(source, 'bandpass', hertz, random.uniform(3, 8)), 0, 0.6 ** formant);
    addAt(throat, source, 0, 0.15);
    // One call in each share of the clip, somewhere within it.
    const share = length / count;
    const room = Math.max(0, share - throat.length);
    addAt(sound, shape(throat, attack), call * share + random.uniform() * room, random.uniform(0.6, 1));
  }
  return sound;
}
