/**
 * Trains the small model that the playground brings along, on the project's synthetic sounds, and writes it to `model/`:
 *
 *   npm run playground:model
 *
 * It tells birds, water, wind and mammals made in code from each other. It shows that the page works, offline and at once; for real
 * sounds the page loads a real checkpoint.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  type AudioDataset,
  astPresets,
  classificationReport,
  examples,
  inMemoryDataset,
  type LabelledClip,
  MelSpectrogramExtractor,
  modelCard,
  type Random,
  saveModelCard,
  spectrogramMasking,
  syntheticDataset,
  Trainer,
  useBackend,
  type Waveform,
} from '../../src/index.js';

const directory = join(import.meta.dirname, 'model');
/** 2.56 s: short enough that a page with a microphone answers soon. */
const maxLength = 256;
const seconds = maxLength / 100;
const sounds = { clipsPerClass: 300, seconds };

await useBackend('auto');
const trainDataset = await inMemory(syntheticDataset({ ...sounds, folds: [2, 3, 4, 5] }));
const evalDataset = syntheticDataset({ ...sounds, folds: [1] });
const model = ASTForAudioClassification.fromConfig(
  { ...astPresets.tiny, maxLength },
  { labels: trainDataset.labels, seed: 1 },
);
const extractor = new MelSpectrogramExtractor(model.extractorConfig);
const args = { numTrainEpochs: 20, learningRate: 2e-3, warmupRatio: 0.1, perDeviceTrainBatchSize: 16 };
const trainer = new Trainer({
  model,
  extractor,
  trainDataset,
  evalDataset,
  args,
  augment: { waveform: cut, features: spectrogramMasking({ frequency: 24, time: 48 }) },
});
await trainer.train();

const { labels, predictions } = await trainer.predict();
const report = classificationReport(labels, predictions, { targetNames: evalDataset.labels });
console.log(String(report));
rmSync(directory, { recursive: true, force: true });
await trainer.saveModel(directory);
await saveModelCard(
  directory,
  modelCard({
    modelId: 'ast-ts-playground',
    title: 'The built-in model of the playground',
    labels: model.labels,
    samplingRate: 16000,
    seconds,
    description:
      'Trained by `npm run playground:model` on sounds that are made in code. It knows synthetic sounds alone, and shows that the page works.',
    trainDataset: { name: 'syntheticDataset, folds 2 to 5', clips: trainDataset.length },
    evalDataset: { name: 'syntheticDataset, fold 1', clips: evalDataset.length },
    hyperparameters: args,
    report,
  }),
);

/** Part of a sound, a third of it or more: people record short ones, and a microphone has heard little at first. */
function cut({ samples, sampleRate }: Waveform, random: Random): Waveform {
  const length = Math.round(samples.length * Math.min(1, random.uniform(0.33, 1.33)));
  const from = Math.floor(random.uniform(0, samples.length - length));
  return { samples: samples.slice(from, from + length), sampleRate };
}

/** Sounds that take longer to make than to learn from are made once. */
async function inMemory(dataset: AudioDataset): Promise<AudioDataset> {
  const clips: LabelledClip[] = [];
  for await (const example of examples(dataset)) clips.push(example);
  return inMemoryDataset(clips, dataset.labels, { name: dataset.name });
}
