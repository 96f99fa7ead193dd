import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { aiffBytes } from './soundFiles.js';

const quiet = { onWarning: () => {} };
const read = async (parts: Parameters<typeof aiffBytes>[0]) => [...(await decodeAudio(aiffBytes(parts))).samples];

describe('AIFF', () => {
  it('reads the rate, a number of 80 bits', async () => {
    expect((await decodeAudio(aiffBytes())).sampleRate).toBe(8000);
  });

  it('takes samples as signed, with the highest byte first', async () => {
    expect(await read({ frames: 2, data: Uint8Array.of(0x40, 0, 0x80, 0) })).toEqual([0.5, -1]);
    expect(await read({ frames: 2, bits: 8, data: Uint8Array.of(0x40, 0x80) })).toEqual([0.5, -1]);
    expect(await read({ frames: 1, bits: 24, data: Uint8Array.of(0xc0, 0, 0) })).toEqual([-0.5]);
  });

  it('takes samples of 12 bits from the upper bits of two bytes', async () => {
    expect(await read({ frames: 1, bits: 12, data: Uint8Array.of(0x40, 0) })).toEqual([0.5]);
  });

  it('averages channels', async () => {
    expect(await read({ frames: 1, channels: 2, data: Uint8Array.of(0x40, 0, 0, 0) })).toEqual([0.25]);
  });

  it.each([
    ['sowt', 16, [0, 0x40], 0.5],
    ['raw ', 8, [0xc0], 0.5],
    ['fl32', 32, [0x3f, 0, 0, 0], 0.5],
    ['ulaw', 16, [0x80], 32124 / 32768],
    ['alaw', 16, [0xaa], 32256 / 32768],
  ] as const)("reads the compression '%s' of AIFF-C", async (compression, bits, data, sample) => {
    expect(await read({ compression, bits, frames: 1, data: Uint8Array.from(data) })).toEqual([sample]);
  });

  it('gives what there is of a file that is cut short, and says so', async () => {
    const warnings: string[] = [];
    const file = aiffBytes({ frames: 3, data: Uint8Array.of(0x40, 0, 0, 0) });
    const { samples } = await decodeAudio(file, { name: 'cut.aiff', onWarning: (text) => warnings.push(text) });
    expect([...samples]).toEqual([0.5, 0]);
    expect(warnings).toEqual([
      'cut.aiff is damaged: it has 2 of the 3 samples that its header promises: it is cut short.',
    ]);
  });

  it.each([
    ['another compression', { compression: 'ima4' }, "its compression is 'ima4'; expected NONE"],
    ['samples of 40 bits', { bits: 40 }, 'it has samples of 40 bits; expected 1 to 32'],
    ['no channels', { channels: 0 }, 'its header says 0 channels'],
    ['no samples', { frames: 0 }, 'it has no samples'],
  ])('refuses %s', async (_, parts, reason) => {
    await expect(decodeAudio(aiffBytes(parts), quiet)).rejects.toThrow(reason);
  });

  it('refuses a file without its chunks', async () => {
    const file = aiffBytes();
    await expect(decodeAudio(file.subarray(0, 12))).rejects.toThrow("it has no 'COMM' chunk");
    await expect(decodeAudio(file.subarray(0, 38))).rejects.toThrow("it has no 'SSND' chunk");
  });
});
