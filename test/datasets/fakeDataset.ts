import type { AudioDataset } from '../../src/datasets/index.js';
import { inMemoryDataset } from '../../src/datasets/index.js';
import { DatasetError } from '../../src/errors.js';

const waveform = { samples: new Float32Array(16), sampleRate: 16000 };

/** Silent clips of these classes, called `dog-0`, `rain-1`, … in order. */
export const fakeDataset = (classes: readonly string[], labels = [...new Set(classes)]): AudioDataset =>
  inMemoryDataset(
    classes.map((label, index) => ({ id: `${label}-${index}`, label, waveform })),
    labels,
    { name: 'fake' },
  );

/** The same, with folds and sources: the recording at `index` is in fold `folds[index]`. */
export const fakeFolds = (folds: readonly number[], sources: readonly string[] = []): AudioDataset => ({
  ...fakeDataset(folds.map(() => 'dog')),
  foldOf: (index) => folds[index],
  sourceOf: (index) => sources[index],
});

/** The same data set, whose recordings at `broken` cannot be read. */
export const withBroken = (dataset: AudioDataset, broken: readonly number[]): AudioDataset => ({
  ...dataset,
  async get(index) {
    if (broken.includes(index)) throw new DatasetError(`The recording ${dataset.idOf(index)} cannot be read: no bytes`);
    return dataset.get(index);
  },
});
