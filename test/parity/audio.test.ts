import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeAudio, MelSpectrogramExtractor, resample, type Waveform } from '../../src/audio/index.js';
import { describeWithShared, readGolden, readGoldenJson, sharedPath } from '../support/golden.js';

/** The largest absolute difference; NaN where one value is NaN. */
function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(actual[i]! - expected[i]!));
  return largest;
}

describeWithShared('log-mel features of torchaudio', 'golden/fbank/fbank.safetensors', () => {
  const golden = readGolden('golden/fbank/fbank.safetensors');
  const waveform = (name: string): Waveform => ({
    samples: golden.get(`${name}.waveform`)!.data as Float32Array,
    sampleRate: 16000,
  });
  const namesOf = (kind: string) =>
    [...golden.keys()].filter((key) => key.endsWith(kind)).map((key) => key.split('.')[0]!);
  const extractor = new MelSpectrogramExtractor();

  // The contract is 1e-4 above -12 and 1e-3 below; the same order of operations gives the last bits.
  it.each(namesOf('.fbank'))('fbank of %s agrees within 2e-6', (name) => {
    const { shape, data } = golden.get(`${name}.fbank`)!;
    const features = extractor.fbank(waveform(name));
    expect([features.frames, features.bins]).toEqual(shape);
    expect(largestDifference(features.data, data)).toBeLessThan(2e-6);
  });

  it.each(namesOf('.input_values'))('extract of %s agrees within 2e-6', (name) => {
    const { shape, data } = golden.get(`${name}.input_values`)!;
    const features = extractor.extract(waveform(name));
    expect([features.frames, features.bins]).toEqual(shape);
    expect(largestDifference(features.data, data)).toBeLessThan(2e-6);
  });
});

describeWithShared('resample of torchaudio', 'golden/resample/resample.safetensors', () => {
  const golden = readGolden('golden/resample/resample.safetensors');
  const cases = [...golden.keys()].filter((key) => !key.startsWith('in.'));

  it.each(cases)('%s agrees within 1e-5', (name) => {
    const [method, from, to] = name.split('.') as ['hann' | 'kaiser_best', string, string];
    const samples = golden.get(`in.${from}`)!.data as Float32Array;
    const resampled = resample({ samples, sampleRate: Number(from) }, Number(to), { method });
    expect(resampled.sampleRate).toBe(Number(to));
    expect(largestDifference(resampled.samples, golden.get(name)!.data)).toBeLessThan(1e-5);
  });
});

interface GoodFile {
  sampleRate: number;
  frames: number;
  minSnrDb: number | null;
  note: string;
}
interface Formats {
  reference: string;
  good: Record<string, GoodFile>;
  bad: Record<string, { want: 'error' | 'partial' }>;
}

const FORMATS = 'data/formats/expected.json';
describeWithShared('sound files of every format', FORMATS, () => {
  const { reference, good, bad } = readGoldenJson(FORMATS) as Formats;
  const bytesOf = (name: string) => readFileSync(sharedPath('data/formats', name));
  const decode = (name: string) => decodeAudio(bytesOf(name), { name });

  /** Read by hand: 16-bit mono behind the header. */
  const referenceSamples = (): Float32Array => {
    const bytes = bytesOf(reference);
    const start = bytes.indexOf('data') + 8;
    return Float32Array.from(
      { length: (bytes.length - start) / 2 },
      (_, i) => bytes.readInt16LE(start + 2 * i) / 32768,
    );
  };

  describe('good ones', () => {
    it.each(Object.entries(good))('%s', async (name, { sampleRate, frames, minSnrDb, note }) => {
      const sound = await decode(name);
      expect(sound.sampleRate).toBe(sampleRate);
      if (frames >= 0) expect(sound.samples.length).toBe(frames);
      else {
        const tolerance = Number(/within (\d+) %/.exec(note)?.[1] ?? 6) / 100;
        expect(Math.abs(sound.samples.length / sampleRate - 1)).toBeLessThanOrEqual(tolerance);
      }
      expect(sound.samples.some((sample) => Math.abs(sample) > 0.01)).toBe(true);
      if (minSnrDb !== null) expect(signalToNoise(sound.samples, referenceSamples())).toBeGreaterThan(minSnrDb);
    });
  });

  describe('broken ones', () => {
    it.each(Object.entries(bad))(
      '%s is refused, or gives finite samples where some are left',
      async (name, { want }) => {
        const result = await decode(name).catch((error: Error) => error);
        if (result instanceof Error) {
          expect(result).toMatchObject({ name: 'AudioDecodeError', file: name });
          expect(result.message).toContain(name);
        } else {
          expect(want).toBe('partial');
          expect(result.samples.length).toBeGreaterThan(0);
          expect(result.samples.every(Number.isFinite)).toBe(true);
        }
      },
    );
  });
});

function signalToNoise(samples: Float32Array, reference: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < Math.min(samples.length, reference.length); i++) {
    signal += reference[i]! ** 2;
    noise += (samples[i]! - reference[i]!) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
