import { describe, expect, it } from 'vitest';
import { imaAdpcm } from '../../src/audio/adpcm.js';
import { encodeImaAdpcm } from '../../src/audio/encodeImaAdpcm.js';

const decode = (bytes: Uint8Array): Float32Array =>
  imaAdpcm(bytes.length, 1, (reason) => new Error(reason)).decode(bytes);

describe('encodeImaAdpcm', () => {
  it('needs half a byte a sample, and is decoded within a few hundredths of a tone', () => {
    const samples = Float32Array.from({ length: 16001 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 16000));
    const bytes = encodeImaAdpcm(samples);
    expect(bytes.length).toBe(4 + 8000);
    const decoded = decode(bytes);
    expect(decoded.length).toBe(16001);
    const error = samples.reduce((sum, sample, i) => sum + (sample - decoded[i]!) ** 2, 0);
    const power = samples.reduce((sum, sample) => sum + sample ** 2, 0);
    expect(10 * Math.log10(power / error)).toBeGreaterThan(30); // dB
  });

  it('follows full scale without wrapping around, and cuts off what is over it', () => {
    const samples = Float32Array.from({ length: 801 }, (_, i) => (Math.floor(i / 100) % 2 === 0 ? 1.5 : -1.5));
    const decoded = decode(encodeImaAdpcm(samples));
    expect(decoded[99]).toBeGreaterThan(0.95);
    expect(decoded[199]).toBeLessThan(-0.95);
  });

  it('fills the last group up', () => {
    expect(decode(encodeImaAdpcm(Float32Array.of(0.25)))).toEqual(Float32Array.of(0.25));
    expect(decode(encodeImaAdpcm(new Float32Array(3))).length).toBe(9);
  });
});
