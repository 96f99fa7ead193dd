import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { AudioInputError, CheckpointError } from '../../src/errors.js';

const sound = (length: number, value = (i: number) => Math.sin(0.2 * i) * 0.5) => ({
  samples: Float32Array.from({ length }, (_, i) => value(i)),
  sampleRate: 16000,
});
const SILENCE = Math.fround(Math.log(1.1920929e-7));
const PADDING = 4.2677393 / (2 * 4.5689974);

describe('fbank', () => {
  const extractor = new MelSpectrogramExtractor();

  it.each([
    [400, 1],
    [559, 1],
    [560, 2],
    [16000, 98],
    [80000, 498],
  ])('gives of %i samples %i frames', (samples, frames) => {
    const features = extractor.fbank(sound(samples));
    expect([features.frames, features.bins, features.data.length]).toEqual([frames, 128, frames * 128]);
  });

  it('zero-pads a sound shorter than a frame', () => {
    const short = extractor.fbank(sound(100));
    const padded = extractor.fbank(sound(400, (i) => (i < 100 ? Math.sin(0.2 * i) * 0.5 : 0)));
    expect(short).toEqual(padded);
    expect(short.frames).toBe(1);
  });

  it('gives the same frames wherever they are in the sound', () => {
    const long = sound(160 * 9 + 400, (i) => Math.sin(0.001 * i * i));
    const whole = extractor.fbank(long);
    for (let frame = 0; frame < whole.frames; frame++) {
      const alone = extractor.fbank({ ...long, samples: long.samples.subarray(160 * frame, 160 * frame + 400) });
      expect(whole.data.subarray(128 * frame, 128 * frame + 128)).toEqual(alone.data);
    }
  });

  it('puts silence at the floor', () => {
    const { data } = extractor.fbank(sound(1000, () => 0));
    expect(data.every((value) => value === SILENCE)).toBe(true);
  });

  it('puts a tone into the mel bin of its frequency', () => {
    const hertz = 1000;
    const { data } = extractor.fbank(sound(400, (i) => Math.sin((2 * Math.PI * hertz * i) / 16000)));
    const mel = (frequency: number) => 1127 * Math.log(1 + frequency / 700);
    const expected = ((mel(hertz) - mel(20)) / (mel(8000) - mel(20))) * 129 - 1;
    expect(Math.abs(data.indexOf(Math.max(...data)) - expected)).toBeLessThan(1.5);
  });

  it('has as many bins as asked for', () => {
    const features = new MelSpectrogramExtractor({ numMelBins: 32 }).fbank(
      sound(1000, (i) => ((i * 7919) % 1009) / 1009),
    );
    expect([features.frames, features.bins, features.data.length]).toEqual([4, 32, 128]);
    expect(features.data.every((value) => value > SILENCE)).toBe(true);
  });

  it.each([32, 30, 5])('gives each of %i bins of a frame the same, wherever the frame is', (numMelBins) => {
    const whole = sound(400 + 299 * 160, (i) => ((i * 7919) % 1009) / 1009 - 0.5); // 300 frames, more than one run
    const some = new MelSpectrogramExtractor({ numMelBins });
    const { data, frames, bins } = some.fbank(whole);
    expect([frames, bins]).toEqual([300, numMelBins]);
    for (const frame of [0, 1, 127, 128, 299]) {
      const alone = some.fbank({ ...whole, samples: whole.samples.slice(frame * 160, frame * 160 + 400) }).data;
      expect(data.slice(frame * bins, (frame + 1) * bins)).toEqual(alone);
    }
  });

  it('keeps what it gave before', () => {
    const first = extractor.fbank(sound(2000));
    const copy = first.data.slice();
    extractor.fbank(sound(2000, (i) => Math.cos(i)));
    expect(first.data).toEqual(copy);
  });
});

describe('extract', () => {
  it('normalises and pads with normalised zeros, 0.46703 for AudioSet', () => {
    const extractor = new MelSpectrogramExtractor({ maxLength: 12 });
    const { data, frames, bins } = extractor.extract(sound(1000)); // 4 frames
    const logMel = extractor.fbank(sound(1000)).data;
    expect([frames, bins, data.length]).toEqual([12, 128, 12 * 128]);
    const normalised = logMel.map((value) => (value + 4.2677393) / (2 * 4.5689974));
    expect(Math.max(...normalised.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-6);
    expect(PADDING).toBeCloseTo(0.46703, 5);
    expect(data.subarray(logMel.length).every((value) => value === Math.fround(PADDING))).toBe(true);
  });

  it('cuts a longer sound, which does not change the frames that stay', () => {
    const [short, long] = [5, 50].map((maxLength) => new MelSpectrogramExtractor({ maxLength }).extract(sound(16000)));
    expect(short!.data).toEqual(long!.data.slice(0, 5 * 128));
  });

  it('leaves log-mel values and zeros as they are without doNormalize', () => {
    const extractor = new MelSpectrogramExtractor({ maxLength: 6, doNormalize: false });
    const { data } = extractor.extract(sound(1000));
    expect(data.subarray(0, 512)).toEqual(extractor.fbank(sound(1000)).data);
    expect(data.subarray(512).every((value) => value === 0)).toBe(true);
  });
});

describe.each(['fbank', 'extract'] as const)('%s refuses', (method) => {
  const run = (waveform: ReturnType<typeof sound>) => () => new MelSpectrogramExtractor()[method](waveform);

  it('another rate, and says how to get the right one', () => {
    expect(run({ ...sound(1000), sampleRate: 44100 })).toThrow(
      new AudioInputError('AST expects 16000 Hz audio, got 44100 Hz; call resample(waveform, 16000) first.'),
    );
  });

  it('an empty sound', () => {
    expect(run(sound(0))).toThrow(new AudioInputError('Expected a sound of one sample or more, got an empty one.'));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('a sample that is %d, even behind the last frame', (value) => {
    expect(run(sound(450, (i) => (i === 449 ? value : 0)))).toThrow(
      new AudioInputError(`Expected finite samples, got ${value} at index 449: check how the waveform was made.`),
    );
  });
});

describe('fromPretrained and savePretrained', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('write and read the same settings, and keep keys that this library does not know', async () => {
    const json = {
      feature_extractor_type: 'ASTFeatureExtractor',
      num_mel_bins: 32,
      max_length: 64,
      processor: { a: [1] },
    };
    await writeFile(join(directory, 'preprocessor_config.json'), JSON.stringify(json));
    const extractor = await MelSpectrogramExtractor.fromPretrained(directory);
    expect(extractor.config).toMatchObject({ numMelBins: 32, maxLength: 64, mean: -4.2677393 });

    const copy = join(directory, 'new', 'copy');
    await extractor.savePretrained(copy);
    const written = JSON.parse(await readFile(join(copy, 'preprocessor_config.json'), 'utf8'));
    expect(written).toMatchObject(json);
    expect((await MelSpectrogramExtractor.fromPretrained(copy)).config).toEqual(extractor.config);
  });

  it('say which file of the checkpoint is missing', async () => {
    const empty = await mkdtemp(join(directory, 'empty-'));
    await expect(MelSpectrogramExtractor.fromPretrained(empty)).rejects.toThrow(CheckpointError);
    await expect(MelSpectrogramExtractor.fromPretrained(empty)).rejects.toThrow('preprocessor_config.json');
  });
});
