import { describe, expect, it } from 'vitest';
import { FFT_LENGTH, powerSpectrum, twiddles } from '../../src/audio/fft.js';
import { compile, Scope } from '../../src/audio/wasm.js';

/** Power of bins 0 to 255 by definition, in double precision. */
function slowPower(samples: ArrayLike<number>): number[] {
  return Array.from({ length: FFT_LENGTH / 2 }, (_, bin) => {
    let [re, im] = [0, 0];
    for (let n = 0; n < FFT_LENGTH; n++) {
      const angle = (2 * Math.PI * ((bin * n) % FFT_LENGTH)) / FFT_LENGTH;
      re += samples[n]! * Math.cos(angle);
      im -= samples[n]! * Math.sin(angle);
    }
    return re * re + im * im;
  });
}

/** Power spectra of four frames. */
function fastPower(frames: readonly Float32Array[]): number[][] {
  const table = twiddles();
  const frameBytes = FFT_LENGTH * 16;
  const addresses = { frame: 0, scratch: frameBytes, power: 3 * frameBytes, table: 4 * frameBytes };
  const scope = new Scope();
  const size = addresses.table + table.byteLength;
  const { memory, run } = compile([powerSpectrum(scope, addresses)], scope, size);
  new Float32Array(memory, addresses.table).set(table);
  const interleaved = new Float32Array(memory, addresses.frame, 4 * FFT_LENGTH);
  for (const [lane, frame] of frames.entries())
    for (let n = 0; n < FFT_LENGTH; n++) interleaved[4 * n + lane] = frame[n]!;
  run();
  const power = new Float32Array(memory, addresses.power, 2 * FFT_LENGTH);
  return frames.map((_, lane) => Array.from({ length: FFT_LENGTH / 2 }, (_, bin) => power[4 * bin + lane]!));
}

const frame = (value: (n: number) => number) => Float32Array.from({ length: FFT_LENGTH }, (_, n) => value(n));

describe('powerSpectrum', () => {
  it('is the squared magnitude of the discrete Fourier transform, in every lane, within 1e-6 of the largest bin', () => {
    const frames = [
      frame((n) => Math.sin(n * n)),
      frame((n) => (n < 400 ? Math.cos(0.3 * n) * 0.01 : 0)),
      frame((n) => (n === 37 ? 1 : 0)),
      frame((n) => ((n * 7919) % 1009) / 1009 - 0.5),
    ];
    for (const [lane, power] of fastPower(frames).entries()) {
      const expected = slowPower(frames[lane]!);
      const largest = Math.max(...expected);
      const difference = Math.max(...power.map((value, bin) => Math.abs(value - expected[bin]!)));
      expect(difference / largest, `lane ${lane}`).toBeLessThan(1e-6);
    }
  });

  it('puts a constant into bin 0 and a cosine into its bin', () => {
    const silent = frame(() => 0);
    const tone = (bin: number) => frame((n) => Math.cos((2 * Math.PI * bin * n) / FFT_LENGTH));
    const [constant, middle, high] = fastPower([frame(() => 1), tone(128), tone(255), silent]);
    expect(constant![0]).toBe(512 ** 2);
    expect(middle![128]).toBeCloseTo(256 ** 2, 1);
    expect(high![255]).toBeCloseTo(256 ** 2, 1);
    expect(Math.max(...constant!.slice(1), ...middle!.filter((_, bin) => bin !== 128))).toBeLessThan(1e-6);
  });
});
