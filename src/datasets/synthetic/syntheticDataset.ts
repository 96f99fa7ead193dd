import { resample, type Waveform } from '../../audio/index.js';
import { DatasetError } from '../../errors.js';
import { createRandom, type Random } from '../../random.js';
import { checksum } from '../checksum.js';
import { type AudioDataset, itemAt } from '../dataset.js';
import { selectFolds } from '../subset.js';
import { birds } from './birds.js';
import { mammals } from './mammals.js';
import { addAt, filter, rms, syntheticRate, whiteNoise } from './signal.js';
import { water } from './water.js';
import { wind } from './wind.js';

const generators: Readonly<Record<string, (random: Random, length: number) => Float32Array>> = {
  birds,
  water,
  wind,
  mammals,
};
export const syntheticFolds: readonly number[] = [1, 2, 3, 4, 5];

/** Settings of {@link syntheticDataset}. */
export interface SyntheticOptions {
  /** An integer; other seeds give other clips. Default 0. */
  readonly seed?: number;
  /** Clips of each class in all five folds together, a multiple of 5. Default 100. */
  readonly clipsPerClass?: number;
  /** The folds to have, of 1 to 5. Default: all. */
  readonly folds?: readonly number[];
  /** Length of a clip. Default 5, as in ESC-50. */
  readonly seconds?: number;
  /** In Hz. Default 16000; clips are made at 16 kHz and resampled to other rates. */
  readonly sampleRate?: number;
}

// A place with noise of its own colour, 8 to 30 dB below the sound, and a recording that is never equally loud.
function record(random: Random, sound: Float32Array): Waveform {
  const noise = whiteNoise(random, sound.length);
  const treble = filter(noise, 'highpass', 150 * 20 ** random.uniform());
  const darkness = random.uniform(0.5, 1);
  const background = noise.map((sample, i) => sample - darkness * treble[i]!);
  const decibels = random.uniform(8, 30);
  addAt(sound, background, 0, rms(sound) / (rms(background) * 10 ** (decibels / 20)));
  const peak = sound.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0);
  const gain = (0.95 * 10 ** (-random.uniform(0, 12) / 20)) / peak;
  return { samples: sound.map((sample) => gain * sample), sampleRate: syntheticRate };
}

/**
 * Four classes of nature's sounds, birds, water, wind and mammals, made in code from a seed: data for tests, examples and
 * first steps that needs no download. Each clip has its own voice, tempo, filters, onsets, background noise and gain, so
 * that a classifier must generalise; it depends only on (seed, fold, class, number) and is made when asked for.
 *
 * Good results on it say that a program works, not that a model knows real birds.
 *
 * @throws DatasetError when `clipsPerClass` is no multiple of 5, `seconds` is below 0.1, or a fold is not one of 1 to 5.
 *
 * @example
 * ```ts
 * const train = syntheticDataset({ folds: [2, 3, 4, 5] });
 * const test = syntheticDataset({ folds: [1] });
 * console.log(train.length, train.labels); // 320 ['birds', 'water', 'wind', 'mammals']
 * ```
 */
export function syntheticDataset({
  seed = 0,
  clipsPerClass = 100,
  folds,
  seconds = 5,
  sampleRate = syntheticRate,
}: SyntheticOptions = {}): AudioDataset {
  const perFold = clipsPerClass / syntheticFolds.length;
  if (!Number.isInteger(perFold) || perFold < 1)
    throw new DatasetError(`clipsPerClass must be a multiple of 5 (five folds), 5 or more; got ${clipsPerClass}.`);
  if (!(seconds >= 0.1 && Number.isFinite(seconds)))
    throw new DatasetError(`seconds must be 0.1 or more, got ${seconds}.`);
  const labels = Object.keys(generators);
  const name = `synthetic (seed ${seed})`;
  const streams = createRandom(seed);
  const clips = syntheticFolds.flatMap((fold) =>
    labels.flatMap((label) =>
      Array.from({ length: perFold }, (_, number) => ({
        fold,
        label,
        id: `synthetic-${seed}/fold${fold}/${label}-${number}`,
        random: () => streams.fork(fold, label, number),
      })),
    ),
  );
  const clipAt = (index: number) => itemAt(name, clips, index);
  const labelOf = (index: number) => labels.indexOf(clipAt(index).label);
  const dataset: AudioDataset = {
    name,
    length: clips.length,
    labels,
    sampleRate,
    labelOf,
    idOf: (index) => clipAt(index).id,
    foldOf: (index) => clipAt(index).fold,
    sourceOf: (index) => clipAt(index).id,
    async get(index) {
      const clip = clipAt(index);
      const random = clip.random();
      const waveform = record(random, generators[clip.label]!(random, Math.round(seconds * syntheticRate)));
      return {
        id: clip.id,
        label: labelOf(index),
        waveform: sampleRate === syntheticRate ? waveform : resample(waveform, sampleRate),
      };
    },
    // What the sounds are made from, and one of each class, which changes with the code that makes them.
    async fingerprint() {
      const firsts = await Promise.all(labels.map((_, label) => dataset.get(label * perFold)));
      return JSON.stringify([seed, seconds, ...firsts.map(({ waveform }) => checksum(waveform.samples))]);
    },
  };
  return folds ? selectFolds(dataset, folds) : dataset;
}
