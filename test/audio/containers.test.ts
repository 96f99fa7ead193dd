import { describe, expect, it } from 'vitest';
import { promisedFrames } from '../../src/audio/containers.js';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));
const zeros = (count: number) => Array<number>(count).fill(0);

describe('promisedFrames', () => {
  it('is what the STREAMINFO block of FLAC says, in 36 bits', () => {
    const flac = (high: number) => bytes('fLaC', zeros(17), [0xf0 | high, 0, 0, 0x10, 1], zeros(16));
    expect(promisedFrames(flac(0))).toBe(0x1001);
    expect(promisedFrames(flac(1))).toBe(2 ** 32 + 0x1001);
  });

  it('is what the COMM chunk of AIFF says, behind other chunks', () => {
    const name = bytes('NAME', [0, 0, 0, 3], 'dog', [0]);
    const comm = bytes('COMM', [0, 0, 0, 18, 0, 1, 0, 0, 0x20, 0], zeros(12));
    expect(promisedFrames(bytes('FORM', zeros(4), 'AIFF', [...name, ...comm]))).toBe(0x2000);
  });

  it.each([
    ['MPEG 1, stereo', [0xff, 0xfb, 0x90, 0x00], 32, 1152],
    ['MPEG 1, mono', [0xff, 0xfb, 0x90, 0xc0], 17, 1152],
    ['MPEG 2, stereo', [0xff, 0xf3, 0x90, 0x00], 17, 576],
    ['MPEG 2, mono', [0xff, 0xf3, 0x90, 0xc0], 9, 576],
  ] as const)(
    'is the frame count of the Xing header of %s, less three frames of padding',
    (_, start, room, samples) => {
      const header = bytes('Xing', [0, 0, 0, 1, 0, 0, 0, 103], zeros(20));
      const mp3 = bytes([...start], zeros(room), [...header]);
      expect(promisedFrames(mp3)).toBe(100 * samples);
      const tag = bytes('ID3', [4, 0, 0, 0, 0, 1, 2], zeros(130));
      expect(promisedFrames(bytes([...tag], [...mp3]))).toBe(100 * samples);
    },
  );

  it('is 0 where the header does not say, or there is none', () => {
    for (const file of [bytes('fLaC'), bytes('OggS', zeros(60)), bytes([0xff, 0xfb, 0x90, 0], zeros(100)), bytes()]) {
      expect(promisedFrames(file)).toBe(0);
    }
  });
});
