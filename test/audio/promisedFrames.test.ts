import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../src/audio/problems.js';
import { promisedByMp3, readFlacHeader } from '../../src/audio/promisedFrames.js';
import { memorySource } from '../../src/hub/index.js';

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));
const zeros = (count: number) => Array<number>(count).fill(0);

describe('readFlacHeader', () => {
  const streamInfo = (high: number) => [...zeros(13), 0xf0 | high, 0, 0, 0x10, 1, ...zeros(16)];
  const read = (file: Uint8Array, start = 0) =>
    readFlacHeader(memorySource('dog.flac', file), start, problemsOf('dog.flac'));

  it('reads the number of samples in 36 bits', async () => {
    const flac = (high: number) => bytes('fLaC', [0x80, 0, 0, 34], streamInfo(high));
    expect((await read(flac(0))).frames).toBe(0x1001);
    expect((await read(flac(1))).frames).toBe(2 ** 32 + 0x1001);
  });

  it('leaves out tags and pictures, so that a decoder need not keep them', async () => {
    const picture = [6, 0, 0, 5, 1, 2, 3, 4, 5];
    const file = bytes([9, 9], 'fLaC', [0, 0, 0, 34], streamInfo(0), picture, [0x84, 0, 0, 1, 7], 'sound');
    const { header, audioStart } = await read(file, 2);
    expect(header).toEqual(bytes('fLaC', [0x80, 0, 0, 34], streamInfo(0)));
    expect(new TextDecoder().decode(file.subarray(audioStart))).toBe('sound');
  });

  it.each([
    ['ends too early', bytes('fLaC', [0x80, 0, 0, 34]), 'its FLAC header at byte 0 has no complete STREAMINFO block'],
    ['begins with a picture', bytes('fLaC', [6, 0, 0, 34], zeros(34)), 'no complete STREAMINFO block'],
    [
      'promises a picture that is not there',
      bytes('fLaC', [0, 0, 0, 34], streamInfo(0), [0x86, 1, 0, 0]),
      'it ends within its FLAC header, at byte 46',
    ],
    [
      'has blocks without end',
      bytes('fLaC', [0, 0, 0, 34], streamInfo(0), zeros(8000)),
      'its FLAC header has more than 1000 blocks',
    ],
  ])('refuses a file that %s', async (_, file, reason) => {
    await expect(read(file)).rejects.toThrow(reason);
  });
});

describe('promisedByMp3', () => {
  it.each([
    ['MPEG 1, stereo', [0xff, 0xfb, 0x90, 0x00], 32, 1152],
    ['MPEG 1, mono', [0xff, 0xfb, 0x90, 0xc0], 17, 1152],
    ['MPEG 2, stereo', [0xff, 0xf3, 0x90, 0x00], 17, 576],
    ['MPEG 2, mono', [0xff, 0xf3, 0x90, 0xc0], 9, 576],
  ] as const)(
    'is the frame count of the Xing header of %s, less three frames of padding',
    (_, start, room, samples) => {
      const header = bytes('Xing', [0, 0, 0, 1, 0, 0, 0, 103], zeros(20));
      expect(promisedByMp3(bytes([...start], zeros(room), [...header]))).toBe(100 * samples);
    },
  );

  it('is 0 where there is no such header', () => {
    expect(promisedByMp3(bytes([0xff, 0xfb, 0x90, 0], zeros(100)))).toBe(0);
    expect(promisedByMp3(bytes())).toBe(0);
  });
});
