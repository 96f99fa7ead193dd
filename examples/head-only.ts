/**
 * Trains the last layer of a model only. Every clip goes through the encoder once; then an epoch takes a fraction of a second, and
 * a hundred of them are no matter. On synthetic sounds, in seconds:
 *
 *   npx tsx examples/head-only.ts [directory]      where the model goes (default runs/head-only)
 *
 * For recordings, load 'MIT/ast-finetuned-audioset-10-10-0.4593' with { labels } instead of the model that is made here.
 */
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  AudioClassifier,
  astPresets,
  classifierHead,
  embedDataset,
  MelSpectrogramExtractor,
  selectFolds,
  syntheticDataset,
  Trainer,
  trainableParameters,
  useBackend,
} from '../src/index.js';

const directory = process.argv[2] ?? join('runs', 'head-only');
await useBackend('auto');
const sounds = syntheticDataset({ clipsPerClass: 25, seconds: 1 });
const config = { ...astPresets.tiny, maxLength: 96 };
const model = ASTForAudioClassification.fromConfig(config, { labels: sounds.labels, seed: 1 });
const extractor = new MelSpectrogramExtractor(model.extractorConfig);

let begun = performance.now();
const embeddings = await embedDataset(model, extractor, sounds);
console.log(`${sounds.length} clips through the encoder: ${seconds()} s`);

const head = classifierHead(model);
console.log(`The head has ${trainableParameters(head).total} of ${trainableParameters(model).total} parameters.`);
const trainer = new Trainer({
  model: head,
  extractor,
  trainDataset: selectFolds(embeddings, [2, 3, 4, 5]),
  evalDataset: selectFolds(embeddings, [1]),
  args: { numTrainEpochs: 40, learningRate: 1e-2, evalStrategy: 'no' },
});
begun = performance.now();
await trainer.train();
const { evalAccuracy } = await trainer.evaluate();
console.log(`40 epochs: ${seconds()} s; accuracy ${evalAccuracy.toFixed(3)}`);

// The head is the model's own: what it learned, the model knows.
await trainer.saveModel(directory);
const classifier = await AudioClassifier.fromPretrained(directory);
const { waveform, label } = await sounds.get(0);
const [best] = await classifier.classify(waveform);
console.log(`${sounds.idOf(0)} is ${sounds.labels[label]}; the model in ${directory} says ${best!.label}.`);
model.dispose();
classifier.dispose();

function seconds(): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}
