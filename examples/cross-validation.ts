/**
 * Cross-validates two settings on the same folds, and tests whether they differ.
 *
 *   npx tsx examples/cross-validation.ts                        short synthetic sounds: half a minute
 *   npx tsx examples/cross-validation.ts --dataset ./ESC-50 --size small --frames 512 --epochs 30
 *
 * A run that is broken off goes on where it was, fold by fold. Folds can be trained at the same time, in processes or on
 * machines of their own; a run without --only then puts them together:
 *
 *   for fold in 1 2 3 4 5; do npx tsx examples/cross-validation.ts --only $fold & done; wait
 *   npx tsx examples/cross-validation.ts
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ASTForAudioClassification,
  astPresets,
  type CrossValidationResult,
  compare,
  compose,
  crossValidate,
  type FeatureAugmentation,
  filterAugment,
  loadDataset,
  MelSpectrogramExtractor,
  syntheticDataset,
  timeRoll,
} from '../src/index.js';
import { main } from './support/experiment.js';

const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'synthetic' },
    size: { type: 'string', default: 'tiny' },
    frames: { type: 'string', default: '128' },
    epochs: { type: 'string', default: '5' },
    'batch-size': { type: 'string', default: '8' },
    'learning-rate': { type: 'string' }, // default 2e-3 for tiny, else 5e-4
    only: { type: 'string' },
    out: { type: 'string', default: join('runs', 'cross-validation') },
  },
});
const maxLength = Number(values.frames);
const preset = astPresets[values.size as keyof typeof astPresets];

await main(async () => {
  const dataset =
    values.dataset === 'synthetic'
      ? syntheticDataset({ clipsPerClass: 20, seconds: maxLength / 100 })
      : await loadDataset(values.dataset);
  const extractor = new MelSpectrogramExtractor({ maxLength });
  const rollAndFilter = compose([timeRoll(), filterAugment({ extractorConfig: extractor.config })]);

  const run = (name: string, augment?: FeatureAugmentation): Promise<CrossValidationResult> =>
    crossValidate({
      name,
      dataset,
      extractor,
      augment,
      makeModel: ({ labels, seed }) => ASTForAudioClassification.fromConfig({ ...preset, maxLength }, { labels, seed }),
      args: {
        numTrainEpochs: Number(values.epochs),
        perDeviceTrainBatchSize: Number(values['batch-size']),
        learningRate: Number(values['learning-rate'] ?? (values.size === 'tiny' ? 2e-3 : 5e-4)),
        warmupRatio: 0.1,
        weightDecay: 0.01,
      },
      settings: { size: values.size, augment: augment ? 'timeRoll, filterAugment' : 'none' }, // functions cannot be compared
      backend: 'auto',
      only: values.only === undefined ? undefined : [Number(values.only)],
      outputDir: join(values.out, name),
      onFoldEnd: ({ fold, training }) =>
        console.log(`${name}, fold ${fold}: ${training.globalStep} steps in ${training.runtime.toFixed(0)} s`),
    });
  const results = [await run('plain'), await run('augmented', rollAndFilter)];
  if (values.only !== undefined) return; // others may be at work on the rest
  for (const result of results) console.log(`\n${String(result)}`);
  console.log(`\n${String(compare(results))}`);
});
