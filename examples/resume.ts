/**
 * A run that can be ended at any moment, by Ctrl-C, kill -9 or a power cut, and goes on when the program is started again: to
 * the last bit as if nothing had been. On synthetic sounds, in seconds:
 *
 *   npx tsx examples/resume.ts [directory]      where the checkpoints go (default runs/resume)
 */
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  astPresets,
  MelSpectrogramExtractor,
  syntheticDataset,
  Trainer,
  type TrainerCallback,
  useBackend,
} from '../src/index.js';

const outputDir = process.argv[2] ?? join('runs', 'resume');
await useBackend('auto');
const sounds = { clipsPerClass: 20, seconds: 1 };
const trainDataset = syntheticDataset({ ...sounds, folds: [2, 3, 4, 5] });
const evalDataset = syntheticDataset({ ...sounds, folds: [1] });
const model = ASTForAudioClassification.fromConfig(
  { ...astPresets.tiny, maxLength: 96 },
  { labels: trainDataset.labels },
);

const follow: TrainerCallback = {
  name: 'follow',
  onTrainBegin: ({ step, totalSteps }) =>
    console.log(step === 0 ? `training begins: ${totalSteps} steps` : `training goes on after step ${step}`),
  onSave: ({ step, evaluations }, directory) =>
    console.log(`step ${step}: accuracy ${evaluations.at(-1)?.evalAccuracy.toFixed(3)}, saved as ${directory}`),
};

const trainer = new Trainer({
  model,
  extractor: new MelSpectrogramExtractor(model.extractorConfig),
  trainDataset,
  evalDataset,
  callbacks: [follow],
  args: {
    numTrainEpochs: 6,
    learningRate: 2e-3,
    warmupRatio: 0.1,
    outputDir, // a checkpoint after every epoch, and at Ctrl-C
    saveTotalLimit: 2, // the newest two, and the best
    loadBestModelAtEnd: true,
    metricForBestModel: 'evalAccuracy',
  },
});
const { globalStep, best } = await trainer.train({ resumeFromCheckpoint: true }); // begins where there is no checkpoint yet
console.log(
  `${globalStep} steps are done; the best model is that of step ${best?.step}, accuracy ${best?.value.toFixed(3)}`,
);
await trainer.saveModel(join(outputDir, 'model'));
model.dispose();
