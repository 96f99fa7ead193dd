import { describe, expect, it } from 'vitest';
import { parseWav, readPcm } from '../../src/audio/wav.js';
import { chunk, type WavParts, wavBytes } from './wavBytes.js';

const parse = (bytes: Uint8Array) => parseWav(bytes, (reason) => new Error(reason));
const read = (parts: WavParts) => [...readPcm(parse(wavBytes(parts)))!];
const bytesOf = (values: ArrayBufferView) => new Uint8Array(values.buffer);
const int16 = (...values: number[]) => bytesOf(Int16Array.from(values));

describe('PCM and float WAV', () => {
  it('divides integers by 2^(bits - 1), for the same scale above and below zero', () => {
    expect(read({ bits: 8, data: Uint8Array.of(0, 128, 255) })).toEqual([-1, 0, 127 / 128]);
    expect(read({ data: int16(-32768, 0, 16384, 32767) })).toEqual([-1, 0, 0.5, 32767 / 32768]);
    expect(read({ bits: 24, data: Uint8Array.of(0, 0, 0x80, 0, 0, 0x40, 1, 0, 0) })).toEqual([-1, 0.5, 2 ** -23]);
    expect(read({ bits: 32, data: bytesOf(Int32Array.of(-(2 ** 31), 2 ** 30)) })).toEqual([-1, 0.5]);
  });

  it('takes float samples as they are', () => {
    expect(read({ codec: 3, bits: 32, data: bytesOf(Float32Array.of(-1.5, 0.25)) })).toEqual([-1.5, 0.25]);
    expect(read({ codec: 3, bits: 64, data: bytesOf(Float64Array.of(-1.5, 0.25)) })).toEqual([-1.5, 0.25]);
  });

  it('averages channels', () => {
    expect(read({ channels: 2, data: int16(16384, 0, -16384, 16384) })).toEqual([0.25, 0]);
  });

  it('finds the codec inside an extensible format', () => {
    const extension = new Uint8Array(24);
    extension.set([22, 0, 16, 0, 4, 0, 0, 0, 1, 0]); // size, valid bits, speakers, codec 1
    expect(read({ codec: 0xfffe, extension, data: int16(8192) })).toEqual([0.25]);
  });

  it('skips other chunks, with the byte behind those of odd length', () => {
    expect(read({ before: chunk('LIST', Uint8Array.of(1, 2, 3, 4, 5)), data: int16(8192) })).toEqual([0.25]);
  });

  it.each([0xffffffff, 0x7ffff000])('reads to the end where the size is unknown: 0x%s', (dataSize) => {
    expect(read({ data: int16(8192, 8192), dataSize })).toEqual([0.25, 0.25]);
  });

  it('takes the size of RF64 from its ds64 chunk, so that chunks behind the samples are not sound', () => {
    const sizes = bytesOf(BigUint64Array.of(0n, 2n, 1n));
    const parts = { magic: 'RF64', before: chunk('ds64', sizes), data: int16(8192, 1, 2, 3), dataSize: 0xffffffff };
    expect(read(parts)).toEqual([0.25]);
  });

  it('reads bytes that begin at any offset of their buffer', () => {
    const bytes = wavBytes({ data: int16(8192) });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect([...readPcm(parse(shifted.subarray(3)))!]).toEqual([0.25]);
  });
});

describe('a WAV file that is refused', () => {
  const data = int16(1, 2);
  it.each<[string, WavParts, string]>([
    ['has fewer samples than it promises', { data, dataSize: 8 }, "its 'data' chunk has 4 of the 8 bytes it promises"],
    ['has another codec', { codec: 0x7777, data }, 'its codec is 0x7777; expected PCM, Microsoft ADPCM, float'],
    ['has no channels', { channels: 0, data }, 'its header says 0 channels'],
    ['has a rate of 0', { sampleRate: 0, data }, 'its header says a sampling rate of 0 Hz'],
    ['has samples of 13 bits', { bits: 13, data }, 'it has PCM samples of 13 bits; expected PCM 8, PCM 16'],
    ['has float samples of 16 bits', { codec: 3, data }, 'it has float samples of 16 bits'],
    ['contradicts itself', { blockAlign: 3, data }, 'its frames have 3 bytes; 1 x 16 bits make 2'],
    [
      'has ADPCM blocks that cannot hold what they claim',
      { codec: 2, bits: 4, blockAlign: 8, extension: Uint8Array.of(4, 0, 255, 255), data },
      'its blocks of 8 bytes cannot hold 65535 x 1 Microsoft ADPCM samples',
    ],
  ])('because it %s', (_, parts, reason) => {
    expect(() => parse(wavBytes(parts))).toThrow(reason);
  });

  it('because chunks are missing', () => {
    const whole = wavBytes({ data });
    expect(() => parse(whole.subarray(0, 12))).toThrow("it has no 'data' chunk, which holds the samples");
    const noFormat = Uint8Array.from([...whole.subarray(0, 12), ...chunk('data', data)]);
    expect(() => parse(noFormat)).toThrow("it has no complete 'fmt ' chunk before its samples");
  });
});
