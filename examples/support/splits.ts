import { type AudioDataset, groupLabels, loadTrainTest, natureCategories } from '../../src/index.js';
import type { Flags } from './flags.js';

/** Opens the sounds to train on and to test on: by fold, by the splits there are, or at random where there is but one. */
export async function loadSplits(
  { dataset: id, fold, categories, seed }: Flags,
  sampleRate?: number,
): Promise<{ trainDataset: AudioDataset; evalDataset: AudioDataset }> {
  const { train, test } = await loadTrainTest(id, { fold, seed, sampleRate });
  // The synthetic sounds are birds, water, wind and mammals as they come.
  const isGrouped = categories === 'nature' && id !== 'synthetic';
  const group = (dataset: AudioDataset) => (isGrouped ? groupLabels(dataset, natureCategories) : dataset);
  return { trainDataset: group(train), evalDataset: group(test) };
}
