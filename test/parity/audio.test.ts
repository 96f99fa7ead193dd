import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeAudio, MelSpectrogramExtractor, openAudio, resample, type Waveform } from '../../src/audio/index.js';
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
  let warnings: string[] = [];
  beforeEach(() => (warnings = []));
  const decode = (name: string) => decodeAudio(bytesOf(name), { name, onWarning: (message) => warnings.push(message) });

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
      expect(warnings).toEqual([]);
    });

    it.each(Object.keys(good))('%s streams from disk as it decodes, at another rate too', async (name) => {
      const whole = await decode(name);
      const path = sharedPath('data/formats', name);
      expect(await streamed(path)).toEqual(whole.samples);
      expect(await streamed(path, 16000)).toEqual(resample(whole, 16000).samples);
    });
  });

  describe('broken ones', () => {
    /** What the message says of a file that gives nothing, or of what is missing. */
    const found: Record<string, string> = {
      'empty.wav': 'it begins with no bytes',
      'text.wav': 'it begins with bytes 74 68 69 73',
      'riff_only.wav': "no 'data' chunk",
      'no_data_chunk.wav': "no 'data' chunk",
      'zero_samples.wav': 'it has no samples',
      'zero_channels.wav': "0 channels (its 'fmt ' chunk at byte 12)",
      'zero_rate.wav': 'a sampling rate of 0 Hz',
      'bits_13.wav': 'samples of 13 bits',
      'unknown_codec.wav': 'its codec is 0x7777',
      'huge_chunk_size.wav': "its 'junk' chunk at byte 36 has 1000 of the 2147483632 bytes",
      'nan_samples.wav': 'sample 1 is NaN',
      'truncated_half.wav': "its 'data' chunk at byte 70 has 44061 of the 88200 bytes it promises",
      'truncated_flac_16.flac': 'its FLAC data from byte 0 on give no samples',
      'corrupt_flac_16.flac': 'its FLAC data from byte 0 on give no samples',
      'truncated_vorbis.ogg': 'the page at byte 4086 is damaged: the file ends before it does',
      'corrupt_vorbis.ogg': 'is damaged: its checksum is wrong',
      'truncated_mp3_cbr.mp3': 'it has 20783 of the 42624 samples that its header promises',
      'truncated_opus.opus': 'the page at byte 137 is damaged: the file ends before it does',
      'corrupt_opus.opus': 'the page at byte 137 is damaged: its checksum is wrong',
    };

    it.each(Object.entries(bad))('%s is refused, or gives what is left with a warning', async (name, { want }) => {
      const result = await decode(name).catch((error: Error) => error);
      const messages = result instanceof Error ? [result.message] : warnings;
      for (const message of messages) expect(message).toContain(name);
      if (result instanceof Error) expect(result).toMatchObject({ name: 'AudioDecodeError', file: name });
      else {
        expect(want).toBe('partial');
        expect(result.samples.length).toBeGreaterThan(0);
        expect(result.samples.every(Number.isFinite)).toBe(true);
      }
      // Frames of MP3 have no checksum: nothing tells of flipped bytes.
      if (name !== 'corrupt_mp3_cbr.mp3') expect(messages.join()).toContain(found[name]);
    });
  });
});

async function streamed(path: string, sampleRate?: number): Promise<Float32Array> {
  const stream = await openAudio(path, { sampleRate });
  const samples: number[] = [];
  for await (const piece of stream) for (const sample of piece) samples.push(sample);
  expect(stream.progress).toBeGreaterThan(0.9); // chunks behind the samples are not read
  return Float32Array.from(samples);
}

function signalToNoise(samples: Float32Array, reference: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < Math.min(samples.length, reference.length); i++) {
    signal += reference[i]! ** 2;
    noise += (samples[i]! - reference[i]!) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
