import { type AudioDataset, groupLabels, loadDataset, natureCategories, openRepository } from '../../src/index.js';
import type { Flags } from './flags.js';

/** Opens the sounds to train on and to test on: by fold where the data set has folds, else its train and test splits. */
export async function loadSplits(
  { dataset: id, fold, categories }: Flags,
  sampleRate?: number,
): Promise<{ trainDataset: AudioDataset; evalDataset: AudioDataset }> {
  const files = id === 'synthetic' ? [] : await (await openRepository(id, { type: 'dataset' })).list();
  const hasFolds = id === 'synthetic' || files.some((file) => file === 'meta/esc50.csv' || /^fold\d+\//.test(file));
  if (fold !== undefined && !hasFolds)
    throw new RangeError(`--fold: ${id} has no folds, but train and test sets of its own; leave --fold out.`);
  const missing = ['train', 'test'].filter((split) => !files.some((file) => isOfSplit(split, file)));
  if (!hasFolds && missing.length > 0)
    throw new RangeError(
      `--dataset: expected folds as in ESC-50, or train/<class>/<file> and test/<class>/<file>; ${id} has no ` +
        `${missing.join(' and no ')}, but ${files.slice(0, 3).join(', ') || 'no files'}${files.length > 3 ? ', …' : ''}`,
    );

  const config = hasFolds ? `fold${fold ?? 1}` : undefined;
  const load = async (split: 'train' | 'test'): Promise<AudioDataset> => {
    const dataset = await loadDataset(id, { config, split, sampleRate });
    // The synthetic sounds are birds, water, wind and mammals as they come.
    return categories === 'nature' && id !== 'synthetic' ? groupLabels(dataset, natureCategories) : dataset;
  };
  return { trainDataset: await load('train'), evalDataset: await load('test') };
}

/** `train/dog/1.wav`, `data/train-00000-of-00001.parquet`, `train.parquet` … */
const isOfSplit = (split: string, file: string): boolean => new RegExp(`(^|/)${split}[-./]`).test(file);
