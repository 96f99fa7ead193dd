import type { SampleStream } from './sampleStream.js';
import type { Waveform } from './waveform.js';

/** All samples of a stream as one array, which is made first where its length is known: pieces are then never kept. */
export async function collectSamples({ sampleRate, length, pieces }: SampleStream): Promise<Waveform> {
  if (length !== undefined) {
    const samples = new Float32Array(length);
    let at = 0;
    for await (const piece of pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    return { samples, sampleRate };
  }
  const kept: Float32Array[] = [];
  for await (const piece of pieces) kept.push(piece);
  const samples = new Float32Array(kept.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of kept) {
    samples.set(piece, at);
    at += piece.length;
  }
  return { samples, sampleRate };
}
