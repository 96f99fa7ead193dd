import { IMA_INDEX_CHANGES, IMA_STEPS } from './adpcm.js';

/** Bytes in front of the 4-bit numbers: the first sample, where the steps begin, and nothing. */
const HEADER = 4;

/**
 * One channel as a single block of IMA ADPCM, 4 bits a sample, which `imaAdpcm(bytes.length, 1, …)` decodes: the last group of 8 is
 * filled up with repetitions of the last sample.
 *
 * @param samples in [-1, 1]; values outside are cut off. At least one
 */
export function encodeImaAdpcm(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const at = (index: number): number =>
    Math.max(-32768, Math.min(32767, Math.round(samples[Math.min(index, samples.length - 1)]! * 32768)));
  const groups = Math.ceil((samples.length - 1) / 8);
  const bytes = new Uint8Array(HEADER + 4 * groups);
  let predicted = at(0);
  let index = 0;
  new DataView(bytes.buffer).setInt16(0, predicted, true);
  for (let i = 0; i < 8 * groups; i++) {
    const step = IMA_STEPS[index]!;
    const difference = at(i + 1) - predicted;
    // In units of a quarter step, cut off: the decoder adds half a unit.
    const size = Math.min(7, Math.floor((4 * Math.abs(difference)) / step));
    const change = (step >> 3) + (size & 1 ? step >> 2 : 0) + (size & 2 ? step >> 1 : 0) + (size & 4 ? step : 0);
    predicted = Math.max(-32768, Math.min(32767, predicted + (difference < 0 ? -change : change)));
    index = Math.max(0, Math.min(IMA_STEPS.length - 1, index + IMA_INDEX_CHANGES[size]!));
    bytes[HEADER + (i >> 1)]! |= (size | (difference < 0 ? 8 : 0)) << (i % 2 === 0 ? 0 : 4);
  }
  return bytes;
}
