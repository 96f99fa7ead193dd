import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MelSpectrogram, Waveform } from '../../src/audio/index.js';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, inMemoryDataset, subset } from '../../src/datasets/index.js';
import { conditions } from '../../src/evaluation/conditions.js';
import { evaluateModel, robustness } from '../../src/evaluation/index.js';
import { loadMp3Codec } from '../../src/evaluation/mp3.js';
import { createRandom } from '../../src/random.js';
import { parseEvaluation } from '../../src/results/index.js';
import type { TrainableModel } from '../../src/train/index.js';

const sampleRate = 16000;
const rms = (samples: ArrayLike<number>): number =>
  Math.sqrt(Array.from(samples).reduce((sum, x) => sum + x * x, 0) / samples.length);

/** A tone that swells and falls, and rises in pitch. */
const sweep = (seconds = 0.6, rate = sampleRate, pitch = 300): Waveform => ({
  samples: Float32Array.from({ length: seconds * rate }, (_, i) => {
    const t = i / rate;
    return 0.4 * Math.sin(2 * Math.PI * (pitch + 400 * t) * t) * (0.6 + 0.4 * Math.sin(2 * Math.PI * 3 * t));
  }),
  sampleRate: rate,
});

/** Four clips a class; loud and quiet ones. */
const dataset: AudioDataset = inMemoryDataset(
  Array.from({ length: 8 }, (_, i) => ({
    id: `clip-${i}`,
    label: i % 2,
    waveform: { ...sweep(0.2, sampleRate, 300 + i), samples: sweep(0.2).samples.map((x) => x * (i % 2 ? 1 : 0.1)) },
  })),
  ['quiet', 'loud'],
);

/** The loudness is the only feature. */
const heard: Waveform[] = [];
const extractor = {
  extract(waveform: Waveform): MelSpectrogram {
    heard.push(waveform);
    return { data: Float32Array.of(rms(waveform.samples)), frames: 1, bins: 1 };
  },
};
/** Says loud above an amplitude of 0.1. */
const model: TrainableModel = {
  labels: ['quiet', 'loud'],
  config: {},
  parameters: () => new Map(),
  forward: (inputValues) => ({
    logits: tf.matMul(tf.sub(tf.reshape(inputValues, [-1, 1]), 0.1), tf.tensor2d([[-1, 1]])),
  }),
};

describe('robustness', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('gives accuracy and recall of every class for each severity, beside the clean sounds', async () => {
    const progress: [number, number, string][] = [];
    const tensors = tf.memory().numTensors;
    const curves = await robustness(model, dataset, {
      extractor,
      gain: [0, -20, 20],
      noise: [30],
      batchSize: 4,
      onProgress: (...told) => progress.push(told),
    });
    expect(tf.memory().numTensors).toBe(tensors);
    expect(curves.map(({ kind, unit }) => [kind, unit])).toEqual([
      ['noise', 'dB'],
      ['gain', 'dB'],
    ]);
    const clean = { accuracy: 1, recall: [1, 1] };
    expect(curves[1]).toEqual({
      kind: 'gain',
      unit: 'dB',
      clean,
      points: [
        { severity: 0, ...clean },
        { severity: -20, accuracy: 0.5, recall: [1, 0] },
        { severity: 20, accuracy: 0.5, recall: [0, 1] },
      ],
    });
    expect(progress[0]).toEqual([4, 40, 'clean']);
    expect(progress.at(-1)).toEqual([40, 40, 'gain 20 dB']);
  });

  it('adds noise at exactly the ratio that was asked for, the same noise in every loudness and run', async () => {
    const noises = async () => {
      heard.length = 0;
      await robustness(model, dataset, { extractor, noise: [20, 0], seed: 7 });
      expect(heard).toHaveLength(24); // the clean ones once, and each condition
      return heard.slice(8).map(({ samples }, i) => samples.map((x, at) => x - heard[i % 8]!.samples[at]!));
    };
    const first = await noises();
    for (const [i, noise] of first.entries()) {
      const ratio = 20 * Math.log10(rms(heard[i % 8]!.samples) / rms(noise));
      expect(ratio).toBeCloseTo(i < 8 ? 20 : 0, 2);
    }
    // 20 dB apart is ten times the amplitude.
    for (const at of [0, 100, 3000]) expect(first[8]![at]! / first[0]![at]!).toBeCloseTo(10, 2);
    expect(first[1]!.slice(0, 5)).not.toEqual(first[0]!.slice(0, 5));
    expect(await noises()).toEqual(first);
  });

  it('takes the evaluation of the clean sounds where there is one, and goes into a file with it', async () => {
    const clean = await evaluateModel(model, dataset, { extractor });
    heard.length = 0;
    const curves = await robustness(model, dataset, { extractor, gain: [-20], clean });
    expect(heard).toHaveLength(8);
    expect(curves[0]!.clean).toEqual({ accuracy: 1, recall: [1, 1] });
    const whole = { ...clean, robustness: curves };
    expect(parseEvaluation(JSON.stringify(whole)).robustness).toEqual(curves);
    const part = subset(dataset, [0, 1]);
    await expect(robustness(model, part, { extractor, gain: [0], clean })).rejects.toThrow(/of 8 clips, and .* has 2;/);
  });

  it('does what it says to pitch, speed and high tones', async () => {
    const sound = sweep();
    const changed = (kind: keyof typeof conditions, severity: number): Waveform =>
      conditions[kind].make(severity)(sound, createRandom(1));
    expect(changed('stretch', 0.8).samples.length).toBe(Math.round(sound.samples.length / 0.8));
    expect(changed('pitch', 4).samples.length).toBe(sound.samples.length);
    const tone = { samples: Float32Array.from({ length: sampleRate }, (_, i) => Math.sin(i)), sampleRate }; // 2546 Hz
    const passed = (cutoff: number): number =>
      rms(conditions.lowpass.make(cutoff)(tone, createRandom(1)).samples) / rms(tone.samples);
    expect(passed(6000)).toBeGreaterThan(0.95);
    expect(passed(2546)).toBeCloseTo(0.5, 1);
    expect(passed(1273)).toBeLessThan(0.08);
  });

  it('refuses what it cannot do before it starts', async () => {
    heard.length = 0;
    await expect(robustness(model, dataset, { extractor })).rejects.toThrow(/at least one of noise, stretch, pitch/);
    await expect(robustness(model, dataset, { extractor, mp3: [33] })).rejects.toThrow(/mp3 to be bit rates.* got 33/);
    await expect(robustness(model, dataset, { extractor, noise: [Number.NaN] })).rejects.toThrow(/finite numbers/);
    await expect(robustness(model, dataset, { extractor, stretch: [0] })).rejects.toThrow(
      /timeStretch expects minRate/,
    );
    expect(heard).toHaveLength(0);
  });
});

describe('MP3', () => {
  it.each([
    [16000, 64],
    [16000, 16],
    [16000, 8], // encoded at 8 kHz
    [22050, 16], // encoded at 16 kHz
    [44100, 32], // encoded at 22.05 kHz
  ])('at %i Hz and %i kbit/s is as long as the sound, on time, and like it', async (rate, bitRate) => {
    const sound = sweep(0.6, rate);
    const codec = await loadMp3Codec();
    const { samples, sampleRate } = await codec(sound, bitRate);
    expect([samples.length, sampleRate]).toEqual([sound.samples.length, rate]);
    const likeness = (lag: number): number => {
      let [product, first, second] = [0, 0, 0];
      for (let i = 1000; i < samples.length - 1000; i++) {
        const [a, b] = [sound.samples[i]!, samples[i + lag]!];
        product += a * b;
        first += a * a;
        second += b * b;
      }
      return product / Math.sqrt(first * second);
    };
    const lags = Array.from({ length: 81 }, (_, i) => i - 40);
    const best = lags.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
    expect(Math.abs(best / rate)).toBeLessThan(0.0002);
    expect(likeness(best)).toBeGreaterThan(0.97);
    // The encoder serves one sound after the other, from its beginning.
    expect((await codec(sound, bitRate)).samples).toEqual(samples);
  });
});
