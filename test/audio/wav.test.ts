import { describe, expect, it, vi } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { chunk, type WavParts, wavBytes } from './wavBytes.js';

const read = async (parts: WavParts) => [...(await decodeAudio(wavBytes(parts))).samples];
const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer);
const int16 = (...values: number[]) => bytesOf(Int16Array.from(values));

describe('PCM and float WAV', () => {
  it('divides integers by 2^(bits - 1), for the same scale above and below zero', async () => {
    expect(await read({ bits: 8, data: Uint8Array.of(0, 128, 255) })).toEqual([-1, 0, 127 / 128]);
    expect(await read({ data: int16(-32768, 0, 16384, 32767) })).toEqual([-1, 0, 0.5, 32767 / 32768]);
    expect(await read({ bits: 24, data: Uint8Array.of(0, 0, 0x80, 0, 0, 0x40, 1, 0, 0) })).toEqual([-1, 0.5, 2 ** -23]);
    expect(await read({ bits: 32, data: bytesOf(Int32Array.of(-(2 ** 31), 2 ** 30)) })).toEqual([-1, 0.5]);
  });

  it('takes float samples as they are', async () => {
    expect(await read({ codec: 3, bits: 32, data: bytesOf(Float32Array.of(-1.5, 0.25)) })).toEqual([-1.5, 0.25]);
    expect(await read({ codec: 3, bits: 64, data: bytesOf(Float64Array.of(-1.5, 0.25)) })).toEqual([-1.5, 0.25]);
  });

  it('averages channels', async () => {
    expect(await read({ channels: 2, data: int16(16384, 0, -16384, 16384) })).toEqual([0.25, 0]);
  });

  it('finds the codec inside an extensible format', async () => {
    const extension = new Uint8Array(24);
    extension.set([22, 0, 16, 0, 4, 0, 0, 0, 1, 0]); // size, valid bits, speakers, codec 1
    expect(await read({ codec: 0xfffe, extension, data: int16(8192) })).toEqual([0.25]);
  });

  it('skips other chunks, with the byte behind those of odd length', async () => {
    expect(await read({ before: chunk('LIST', Uint8Array.of(1, 2, 3, 4, 5)), data: int16(8192) })).toEqual([0.25]);
  });

  it.each([0xffffffff, 0x7ffff000])('reads to the end where the size is unknown: 0x%s', async (dataSize) => {
    expect(await read({ data: int16(8192, 8192), dataSize })).toEqual([0.25, 0.25]);
  });

  it('takes the size of RF64 from its ds64 chunk, so that chunks behind the samples are not sound', async () => {
    const sizes = bytesOf(BigUint64Array.of(0n, 2n, 1n));
    const parts = { magic: 'RF64', before: chunk('ds64', sizes), data: int16(8192, 1, 2, 3), dataSize: 0xffffffff };
    expect(await read(parts)).toEqual([0.25]);
  });

  it('reads bytes that begin at any offset of their buffer', async () => {
    const bytes = wavBytes({ data: int16(8192) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect([...(await decodeAudio(shifted.subarray(3))).samples]).toEqual([0.25]);
  });
});

describe('A-law and µ-law WAV', () => {
  // Expected: audioop.alaw2lin and ulaw2lin of Python 3.11.
  it('expand the codes of G.711', async () => {
    const alaw = await read({ codec: 6, bits: 8, data: Uint8Array.of(0xaa, 0x2a, 0xd5, 0x55, 0x80) });
    expect(alaw.map((sample) => sample * 2 ** 15)).toEqual([32256, -32256, 8, -8, 5504]);
    const mulaw = await read({ codec: 7, bits: 8, data: Uint8Array.of(0x80, 0x00, 0xff, 0x7f, 0xaa) });
    expect(mulaw.map((sample) => sample * 2 ** 15)).toEqual([32124, -32124, 0, 0, 5372]);
  });
});

describe('ADPCM WAV', () => {
  const extension = (samplesPerBlock: number) => Uint8Array.of(2, 0, samplesPerBlock & 255, samplesPerBlock >> 8);
  const scaled = (samples: number[]) => samples.map((sample) => sample * 2 ** 15);

  it('gives what audioop.adpcm2lin of Python 3.11 gives for IMA', async () => {
    // Sample 100, step 0; nibbles 7, 0, 9, 0, 0, 0, 0, 0, the lower of a byte first.
    const block = Uint8Array.of(100, 0, 0, 0, 0x07, 0x09, 0, 0);
    const samples = scaled(await read({ codec: 17, bits: 4, blockAlign: 8, extension: extension(9), data: block }));
    expect(samples).toEqual([100, 111, 113, 109, 110, 111, 112, 113, 114]);
  });

  it('follows the predictor of Microsoft by hand', async () => {
    // Predictor 1 (2 x last - the one before), step 16, last 30, before it 10; nibbles 1, 15 (-1).
    const block = Uint8Array.of(1, 16, 0, 30, 0, 10, 0, 0x1f);
    const samples = scaled(await read({ codec: 2, bits: 4, blockAlign: 8, extension: extension(4), data: block }));
    // 2 x 30 - 10 + 16 = 66; the step stays 16 (16 x 230 / 256 < 16); 2 x 66 - 30 - 16 = 86
    expect(samples).toEqual([10, 30, 66, 86]);
  });

  it('averages channels, and takes a last block that is cut short', async () => {
    const stereo = Uint8Array.of(100, 0, 0, 0, 200, 0, 0, 0);
    const parts = { codec: 17, bits: 4, channels: 2, blockAlign: 16, extension: extension(9) };
    expect(scaled(await read({ ...parts, data: stereo }))).toEqual([150]);
  });

  it('ends where the fact chunk says', async () => {
    const before = chunk('fact', Uint8Array.of(3, 0, 0, 0));
    const data = Uint8Array.of(1, 16, 0, 30, 0, 10, 0, 0x1f);
    expect(await read({ codec: 2, bits: 4, blockAlign: 8, extension: extension(4), before, data })).toHaveLength(3);
  });

  it.each([
    [2, Uint8Array.of(7, 16, 0, 30, 0, 10, 0, 0), 'an ADPCM block has the predictor 7; expected 0 to 6'],
    [17, Uint8Array.of(0, 0, 89, 0, 0, 0, 0, 0), 'an ADPCM block begins with the step 89; expected 0 to 88'],
  ])('refuses a block of codec %i that cannot be', async (codec, data, reason) => {
    await expect(read({ codec, bits: 4, blockAlign: 8, extension: extension(2), data })).rejects.toThrow(reason);
  });
});

describe('a WAV file that is cut short', () => {
  it('gives the samples that are there, and says so', async () => {
    const warnings: string[] = [];
    const onWarning = (message: string) => warnings.push(message);
    const bytes = wavBytes({ data: int16(8192, 16384), dataSize: 8 });
    const { samples } = await decodeAudio(bytes, { name: 'cut.wav', onWarning });
    expect([...samples]).toEqual([0.25, 0.5]);
    expect(warnings).toEqual([
      "cut.wav is damaged: its 'data' chunk at byte 36 has 4 of the 8 bytes it promises: the file is cut short; " +
        'the 2 samples that are there are used.',
    ]);
  });

  it('warns on the console unless told otherwise', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await decodeAudio(wavBytes({ data: int16(1), dataSize: 8 }));
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The sound is damaged'));
    warn.mockRestore();
  });
});

describe('a WAV file that is refused', () => {
  const data = int16(1, 2);
  it.each<[string, WavParts, string]>([
    [
      'has a chunk that is not there',
      { before: chunk('junk', data, 2 ** 31), data },
      "its 'junk' chunk at byte 12 has",
    ],
    ['promises samples and has none', { data: new Uint8Array(), dataSize: 8 }, 'it has no samples'],
    ['has another codec', { codec: 0x7777, data }, 'its codec is 0x7777; expected PCM, Microsoft ADPCM, float'],
    ['has no channels', { channels: 0, data }, 'its header says 0 channels'],
    [
      'has a rate of 0',
      { sampleRate: 0, data },
      'its header says a sampling rate of 0 Hz; expected 1000 to 4000000 Hz',
    ],
    ['has samples of 13 bits', { bits: 13, data }, 'it has PCM samples of 13 bits; expected PCM 8, PCM 16'],
    ['has float samples of 16 bits', { codec: 3, data }, 'it has float samples of 16 bits'],
    ['contradicts itself', { blockAlign: 3, data }, 'its frames have 3 bytes; 1 x 16 bits make 2'],
    [
      'has ADPCM blocks that cannot hold what they claim',
      { codec: 2, bits: 4, blockAlign: 8, extension: Uint8Array.of(4, 0, 255, 255), data },
      'its blocks of 8 bytes cannot hold 65535 x 1 Microsoft ADPCM samples',
    ],
  ])('because it %s', async (_, parts, reason) => {
    await expect(read(parts)).rejects.toThrow(reason);
  });

  it('because chunks are missing', async () => {
    const whole = wavBytes({ data });
    const noData = "it has no 'data' chunk, which holds the samples, in its 12 bytes";
    await expect(decodeAudio(whole.subarray(0, 12))).rejects.toThrow(noData);
    const noFormat = Uint8Array.from([...whole.subarray(0, 12), ...chunk('data', data)]);
    await expect(decodeAudio(noFormat)).rejects.toThrow("its 'data' chunk at byte 12 comes before any 'fmt ' chunk");
  });

  it('because it has chunks without end', async () => {
    const chunks = new Uint8Array(8 * 10_001);
    await expect(read({ before: chunks, data })).rejects.toThrow("it has no 'data' chunk");
  });
});
