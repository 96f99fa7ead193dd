/**
 * The two ADPCM codecs of WAV files: 4 bits a sample say how far it is from what the samples before predict. A block begins
 * with the state of every channel, so blocks are decoded each on its own.
 *
 * Formats: Microsoft's "Multimedia Data Standards Update" (1994), and IMA's "Recommended Practices for Enhancing Digital
 * Audio Compatibility in Multimedia Systems" (1992).
 */
import type { SampleFormat } from './sampleFormat.js';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const toInt16 = (value: number): number => Math.max(-32768, Math.min(32767, value));

/** Joins what single blocks give; `decodeBlock` adds a block's samples of all channels to `sums`. */
function inBlocks(
  {
    blockBytes,
    channels,
    framesInBlock,
  }: { blockBytes: number; channels: number; framesInBlock: (n: number) => number },
  decodeBlock: (block: DataView, sums: Float32Array) => void,
): SampleFormat {
  const framesIn = (bytes: number): number =>
    Math.floor(bytes / blockBytes) * framesInBlock(blockBytes) + framesInBlock(bytes % blockBytes);
  return {
    blockBytes,
    framesIn,
    decode(bytes) {
      const samples = new Float32Array(framesIn(bytes.length));
      for (let start = 0, at = 0; at < samples.length; start += blockBytes) {
        const block = bytes.subarray(start, start + blockBytes);
        const end = at + framesInBlock(block.length);
        decodeBlock(viewOf(block), samples.subarray(at, end));
        at = end;
      }
      for (let i = 0; i < samples.length; i++) samples[i]! /= 32768 * channels;
      return samples;
    },
  };
}

/** Weights of the last two samples, times 256, that every file may use. */
const MS_COEFFICIENTS = [256, 0, 512, -256, 0, 0, 192, 64, 240, 0, 460, -208, 392, -232];
const MS_STEP_FACTORS = [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];

/** Microsoft ADPCM; @param fail makes the error of a block that cannot be */
export function microsoftAdpcm(blockBytes: number, channels: number, fail: (reason: string) => Error): SampleFormat {
  const header = 7 * channels;
  const framesInBlock = (bytes: number): number =>
    bytes < header ? 0 : 2 + Math.floor(((bytes - header) * 2) / channels);
  return inBlocks({ blockBytes, channels, framesInBlock }, (block, sums) => {
    for (let channel = 0; channel < channels; channel++) {
      const predictor = block.getUint8(channel);
      if (predictor >= MS_COEFFICIENTS.length / 2)
        throw fail(`an ADPCM block has the predictor ${predictor}; expected 0 to ${MS_COEFFICIENTS.length / 2 - 1}`);
      const c1 = MS_COEFFICIENTS[2 * predictor]!;
      const c2 = MS_COEFFICIENTS[2 * predictor + 1]!;
      const word = (field: number): number => block.getInt16(channels + 2 * (field * channels + channel), true);
      let [step, last, beforeLast] = [word(0), word(1), word(2)];
      sums[0]! += beforeLast;
      sums[1]! += last;
      for (let frame = 2; frame < sums.length; frame++) {
        const nibbleAt = (frame - 2) * channels + channel;
        const byte = block.getUint8(header + (nibbleAt >> 1));
        const nibble = nibbleAt % 2 === 0 ? byte >> 4 : byte & 0x0f;
        const predicted = (last * c1 + beforeLast * c2) >> 8;
        const sample = toInt16(predicted + (nibble < 8 ? nibble : nibble - 16) * step);
        [last, beforeLast] = [sample, last];
        // A damaged block must not make steps without end.
        step = Math.min(Math.max((MS_STEP_FACTORS[nibble]! * step) >> 8, 16), 32767);
        sums[frame]! += sample;
      }
    }
  });
}

export const IMA_INDEX_CHANGES = [-1, -1, -1, -1, 2, 4, 6, 8];
export const IMA_STEPS = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
  7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/** IMA ADPCM as WAV files hold it: 8 samples of a channel, then 8 of the next; @param fail as of {@link microsoftAdpcm} */
export function imaAdpcm(blockBytes: number, channels: number, fail: (reason: string) => Error): SampleFormat {
  const header = 4 * channels;
  const framesInBlock = (bytes: number): number => (bytes < header ? 0 : 1 + Math.floor((bytes - header) / header) * 8);
  return inBlocks({ blockBytes, channels, framesInBlock }, (block, sums) => {
    for (let channel = 0; channel < channels; channel++) {
      let sample = block.getInt16(4 * channel, true);
      let index = block.getUint8(4 * channel + 2);
      if (index >= IMA_STEPS.length)
        throw fail(`an ADPCM block begins with the step ${index}; expected 0 to ${IMA_STEPS.length - 1}`);
      sums[0]! += sample;
      for (let frame = 1; frame < sums.length; frame++) {
        const nibbleAt = frame - 1;
        const group = header + 4 * (Math.floor(nibbleAt / 8) * channels + channel);
        const byte = block.getUint8(group + ((nibbleAt % 8) >> 1));
        const nibble = nibbleAt % 2 === 0 ? byte & 0x0f : byte >> 4;
        const step = IMA_STEPS[index]!;
        const bit = (mask: number, value: number): number => (nibble & mask ? value : 0);
        const change = (step >> 3) + bit(1, step >> 2) + bit(2, step >> 1) + bit(4, step);
        sample = toInt16(sample + (nibble & 8 ? -change : change));
        index = Math.max(0, Math.min(IMA_STEPS.length - 1, index + IMA_INDEX_CHANGES[nibble & 7]!));
        sums[frame]! += sample;
      }
    }
  });
}
