import type { Random } from '../../random.js';
import { addAt, shape, syntheticRate, tone } from './signal.js';

/** Song: phrases of chirps or trills whose pitch glides, from one bird with its own voice and tempo. */
export function birds(random: Random, length: number): Float32Array {
  const song = new Float32Array(length);
  const pitch = random.uniform(1500, 4800);
  const tempo = random.uniform(2, 11); // notes a second
  const noteLength = random.uniform(0.4, 0.9) / tempo;
  const voice = [1, random.uniform(0, 0.4), random.uniform(0, 0.15)];
  const trillRate = random.uniform() < 0.4 ? random.uniform(18, 45) : 0;
  const trillDepth = random.uniform(0.02, 0.12);
  const repertoire = Array.from({ length: 1 + random.integer(4) }, () => ({
    from: pitch * random.uniform(0.75, 1.3),
    to: pitch * random.uniform(0.75, 1.3),
    bend: random.uniform(-0.15, 0.15),
  }));

  let start = random.uniform(0, 0.2) * length;
  while (start < length) {
    const motif = random.shuffle([...repertoire]);
    const notes = 1 + random.integer(8);
    const loudness = random.uniform(0.4, 1);
    for (let note = 0; note < notes; note++) {
      const { from, to, bend } = motif[note % motif.length]!;
      const seconds = noteLength * random.uniform(0.8, 1.2);
      const glide = (position: number) =>
        (from + (to - from) * position) *
        (1 + bend * Math.sin(Math.PI * position) + trillDepth * Math.sin(2 * Math.PI * trillRate * position * seconds));
      addAt(song, shape(tone(seconds, glide, voice), random.uniform(0.1, 0.5)), start, loudness);
      start += syntheticRate / (tempo * random.uniform(0.85, 1.15));
    }
    start += random.uniform(0.15, 1.6) * syntheticRate;
  }
  return song;
}
