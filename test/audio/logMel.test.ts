import { describe, expect, it } from 'vitest';
import { type LogMelConfig, LogMelExtractor, type Waveform } from '../../src/audio/index.js';
import { slaneyMelFilters } from '../../src/audio/slaneyMel.js';
import { AudioInputError } from '../../src/errors.js';

const sampleRate = 22_050;

/** Half a second: a tone, a fading one, and noise 40 dB below full scale (of the generator of Numerical Recipes). */
function sound(length = 11_025): Waveform {
  let state = 0;
  const samples = Float32Array.from({ length }, (_, t) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const tones =
      0.3 * Math.sin((2 * Math.PI * 440 * t) / sampleRate) +
      0.1 * Math.sin((2 * Math.PI * 3000 * t) / sampleRate) * Math.exp(-t / 4000);
    return tones + (0.01 * state) / 2 ** 31;
  });
  return { samples, sampleRate };
}

const at = ({ data, bins }: { data: Float32Array; bins: number }, bin: number, frame: number): number =>
  data[frame * bins + bin]!;
const constant = (value: number, length: number): Waveform => ({
  samples: new Float32Array(length).fill(value),
  sampleRate,
});

describe('LogMelExtractor', () => {
  // librosa 0.11.0: power_to_db(feature.melspectrogram(y=y, sr=22050, n_fft=2048, hop_length=512, n_mels=128))[bin, frame]
  it("has librosa's numbers, within 1e-4 dB", () => {
    const features = new LogMelExtractor().logMel(sound());
    expect([features.frames, features.bins]).toEqual([22, 128]);
    for (const [bin, frame, expected] of [
      [0, 0, -2.4254980087],
      [10, 0, 2.1471903324],
      [5, 3, -28.8798370361],
      [64, 10, -28.154800415],
      [100, 5, -26.9315910339],
      [127, 21, -27.4702377319],
      [30, 21, -11.1055364609],
      [18, 1, 4.5999317169],
    ] as const)
      expect(Math.abs(at(features, bin, frame) - expected), `bin ${bin}, frame ${frame}`).toBeLessThan(1e-4);
  });

  // The same with pad_mode='reflect' (librosa's default before 0.10) and power_to_db(…, ref=np.max).
  it('has them with mirrored ends and decibels below the largest power', () => {
    const features = new LogMelExtractor({ padMode: 'reflect', ref: 'max' }).logMel(sound());
    expect(Math.max(...features.data)).toBe(0);
    for (const [bin, frame, expected] of [
      [0, 0, -26.8043136597],
      [10, 0, -22.2351417542],
      [5, 3, -59.2708930969],
      [127, 21, -57.3118896484],
      [30, 21, -35.590221405],
    ] as const)
      expect(Math.abs(at(features, bin, frame) - expected), `bin ${bin}, frame ${frame}`).toBeLessThan(1e-4);
  });

  // librosa 0.11.0, y[:700]: feature.melspectrogram(…, pad_mode='reflect'), whose ends are mirrored more than once.
  it('mirrors a sound that is shorter than a frame as often as need be', () => {
    const features = new LogMelExtractor({ padMode: 'reflect', ref: 'max' }).logMel(sound(700));
    expect(features.frames).toBe(2);
    for (const [bin, frame, expected] of [
      [0, 0, -23.0508003235],
      [10, 1, -18.9867992401],
      [60, 0, -54.1098136902],
      [127, 1, -53.0713500977],
    ] as const)
      expect(Math.abs(at(features, bin, frame) - expected), `bin ${bin}, frame ${frame}`).toBeLessThan(1e-4);
  });

  it('raises what is 80 dB below the largest value to that, or another number of decibels, or nothing', () => {
    const tone = {
      samples: sound().samples.map((_, t) => Math.sin((2 * Math.PI * 1000 * t) / sampleRate)),
      sampleRate,
    };
    const least = (config: Partial<LogMelConfig>) => {
      const { data } = new LogMelExtractor({ ref: 'max', ...config }).logMel(tone);
      return Math.min(...data);
    };
    expect(least({})).toBe(-80);
    expect(least({ topDb: 30 })).toBe(-30);
    expect(least({ topDb: null })).toBeLessThan(-100);
  });

  it('gives silence the decibels of amin', () => {
    expect(new Set(new LogMelExtractor().logMel(constant(0, 5000)).data)).toEqual(new Set([-100]));
    expect(new Set(new LogMelExtractor({ amin: 1e-5 }).logMel(constant(0, 5000)).data)).toEqual(new Set([-50]));
    expect(new Set(new LogMelExtractor({ ref: 'max' }).logMel(constant(0, 5000)).data)).toEqual(new Set([0]));
  });

  it('extracts as many frames as a model takes: 215 x 128 for 5 s', () => {
    const extractor = new LogMelExtractor();
    const whole = extractor.logMel(sound(5 * sampleRate));
    expect(whole.frames).toBe(216);
    const { data, frames, bins } = extractor.extract(sound(5 * sampleRate));
    expect([frames, bins]).toEqual([215, 128]);
    expect(data).toEqual(whole.data.subarray(0, 215 * 128));
  });

  it('puts silence behind a shorter sound', () => {
    const extractor = new LogMelExtractor({ maxLength: 40, topDb: null });
    const { data } = extractor.extract(sound());
    const padded = new Float32Array(39 * 512);
    padded.set(sound().samples);
    expect(data).toEqual(extractor.logMel({ samples: padded, sampleRate }).data);
    expect([...data.subarray(-128)]).toEqual(new Array(128).fill(-100));
  });

  it('normalises on request, in extract alone', () => {
    const settings = { maxLength: 22, mean: -20, std: 4 };
    const plain = new LogMelExtractor(settings);
    const normalising = new LogMelExtractor({ ...settings, doNormalize: true });
    const values = plain.extract(sound()).data;
    const normalised = normalising.extract(sound()).data;
    for (const i of [0, 700, 2815]) expect(normalised[i]).toBeCloseTo((values[i]! + 20) / 4, 5);
    expect(normalising.logMel(sound()).data).toEqual(plain.logMel(sound()).data);
  });

  it('refuses sounds that it cannot read', () => {
    const extractor = new LogMelExtractor();
    const call = (waveform: Waveform) => () => extractor.extract(waveform);
    expect(call({ samples: new Float32Array(9), sampleRate: 16000 })).toThrow(
      /LogMelExtractor expects 22050 Hz audio, got 16000 Hz; call resample\(waveform, 22050\)/,
    );
    expect(call(constant(0, 0))).toThrow(AudioInputError);
    expect(call(constant(Number.NaN, 9))).toThrow(/finite samples, got NaN at index 0/);
  });

  it.each([
    [{ nFft: 1000 }, /nFft to be a power of two.*got 1000/],
    [{ hopLength: 0 }, /hopLength/],
    [{ maxLength: 2.5 }, /maxLength/],
    [{ fMax: 12_000 }, /fMax to be a number up to half the sampling rate, got 12000/],
    [{ fMin: 12_000 }, /fMin/],
    [{ ref: 0 }, /ref to be a positive number, or 'max', got 0/],
    [{ amin: 0 }, /amin/],
    [{ topDb: -1 }, /topDb/],
    [{ std: 0 }, /std/],
    [{ padMode: 'edge' as never }, /padMode to be 'constant' or 'reflect', got edge/],
    [{ nMels: 128 } as never, /There is no setting 'nMels'; expected/],
  ])('refuses the settings %j', (config: Partial<LogMelConfig>, message) => {
    expect(() => new LogMelExtractor(config)).toThrow(RangeError);
    expect(() => new LogMelExtractor(config)).toThrow(message);
  });
});

describe('slaneyMelFilters', () => {
  // librosa 0.11.0: filters.mel(sr=22050, n_fft=2048, n_mels=128), shape (128, 1025)
  it("are librosa's", () => {
    const filters = slaneyMelFilters({ samplingRate: 22_050, nFft: 2048, numMelBins: 128, fMin: 0, fMax: 11_025 });
    expect(filters[0]!.firstBin).toBe(1);
    expect(filters[0]!.weights.slice(0, 2)).toEqual([expect.closeTo(0.0161828529, 8), expect.closeTo(0.0323657058, 8)]);
    const last = filters[127]!;
    expect(last.weights[1000 - last.firstBin]).toBeCloseTo(0.0031262471, 8);
    const sum = filters.flatMap(({ weights }) => weights).reduce((total, weight) => total + weight, 0);
    expect(sum).toBeCloseTo(11.886681, 5);
  });

  it('may be empty where they are narrower than the distance of two frequencies', () => {
    const filters = slaneyMelFilters({ samplingRate: 22_050, nFft: 256, numMelBins: 128, fMin: 0, fMax: 11_025 });
    expect(filters.filter(({ weights }) => weights.length === 0).length).toBeGreaterThan(0);
  });
});
