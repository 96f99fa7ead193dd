import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ASTForAudioClassification, astPresets } from '../../src/ast/index.js';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { spectrogramMasking } from '../../src/augment/index.js';
import { type AudioDataset, cacheFeatures, loadDataset, selectFolds } from '../../src/datasets/index.js';
import { Trainer } from '../../src/train/index.js';
import { shared } from '../peers.js';

const cache = join(import.meta.dirname, '..', '..', 'runs', 'cheap');
export const smallConfig = astPresets.small;
const extractor = new MelSpectrogramExtractor({ maxLength: smallConfig.maxLength, mean: -6.6268077, std: 5.358466 });

/** ESC-10 in three parts that share no recording: what the checkpoint knows, what it is fine-tuned on, and the test. */
export interface Esc10 {
  readonly pretraining: AudioDataset;
  readonly training: AudioDataset;
  readonly test: AudioDataset;
  readonly extractor: MelSpectrogramExtractor;
}

/** Features come from a file, so that no time of decoding is measured. */
export async function loadEsc10(): Promise<Esc10> {
  const sounds = await loadDataset(shared('data', 'esc10'), { folds: [1, 2, 3, 4, 5] });
  const all = await cacheFeatures(sounds, extractor, { directory: cache });
  return {
    pretraining: selectFolds(all, [3, 4, 5]),
    training: selectFolds(all, [2]),
    test: selectFolds(all, [1]),
    extractor,
  };
}

/** The directory of a `small` model that was trained on folds 3 to 5, once. */
export async function pretrainedSmall(epochs: number): Promise<string> {
  const directory = join(cache, `small-${epochs}-epochs`);
  if (existsSync(join(directory, 'config.json'))) return directory;
  const { pretraining, test } = await loadEsc10();
  const model = ASTForAudioClassification.fromConfig(smallConfig, { labels: pretraining.labels, seed: 1 });
  const trainer = new Trainer({
    model,
    extractor,
    trainDataset: pretraining,
    augment: spectrogramMasking({ extractorConfig: extractor.config }),
    args: { numTrainEpochs: epochs, learningRate: 5e-4, warmupRatio: 0.1, weightDecay: 0.01, disableProgress: true },
  });
  await trainer.train();
  const { evalAccuracy } = await trainer.evaluate(test);
  console.error(`The checkpoint: ${epochs} epochs of folds 3 to 5, accuracy on fold 1 ${evalAccuracy.toFixed(3)}.`);
  await trainer.saveModel(directory);
  return directory;
}
