/**
 * Adapts a model to new classes with LoRA: a file of a few kilobytes beside the model's weights. On synthetic sounds, in seconds:
 *
 *   npx tsx examples/lora.ts [directory]      where base model and adapter go (default runs/lora)
 *
 * For recordings, load 'MIT/ast-finetuned-audioset-10-10-0.4593' instead of the base model that is made here.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  addLora,
  astPresets,
  loadLora,
  MelSpectrogramExtractor,
  syntheticDataset,
  Trainer,
  trainableParameters,
  useBackend,
} from '../src/index.js';

const directory = process.argv[2] ?? join('runs', 'lora');
const [baseDirectory, adapterDirectory] = [join(directory, 'base'), join(directory, 'adapter')];
await useBackend('auto');
const sounds = { clipsPerClass: 20, seconds: 1 };
const trainDataset = syntheticDataset({ ...sounds, folds: [2, 3, 4, 5] });
const evalDataset = syntheticDataset({ ...sounds, folds: [1] });

// A base model: what someone else has trained, on other data.
const config = { ...astPresets.tiny, maxLength: 96 };
const base = ASTForAudioClassification.fromConfig(config, { labels: trainDataset.labels, seed: 1 });
const extractor = new MelSpectrogramExtractor(base.extractorConfig);
const otherData = syntheticDataset({ ...sounds, seed: 7 });
await new Trainer({
  model: base,
  extractor,
  trainDataset: otherData,
  args: { numTrainEpochs: 3, learningRate: 2e-3 },
}).train();
await base.savePretrained(baseDirectory);

// The adapter: two small matrices beside each query and value, and a head of its own. The base model stays as it is.
const lora = addLora(base, { rank: 4, alpha: 8 });
const { trained, share } = trainableParameters(lora);
console.log(`LoRA trains ${trained} parameters, ${(100 * share).toFixed(1)} % of all.`);
const args = { numTrainEpochs: 8, learningRate: 5e-3, warmupRatio: 0.1, evalStrategy: 'no' } as const;
const trainer = new Trainer({ model: lora, extractor, trainDataset, evalDataset, args });
console.log(`before: accuracy ${(await trainer.evaluate()).evalAccuracy.toFixed(3)}`);
await trainer.train();
const { evalAccuracy } = await trainer.evaluate();
console.log(`after:  accuracy ${evalAccuracy.toFixed(3)}`);
await trainer.saveModel(adapterDirectory);
console.log(
  `${adapterDirectory}: ${kilobytes(adapterDirectory)} kB; ${baseDirectory}: ${kilobytes(baseDirectory)} kB.`,
);

// Later, elsewhere: the base model once, and an adapter for each task.
const loaded = await ASTForAudioClassification.fromPretrained(baseDirectory, { labels: trainDataset.labels });
const adapter = await loadLora(loaded, adapterDirectory);
adapter.merge(); // as fast as without; or adapter.remove(), and another one on
const merged = await new Trainer({ model: loaded, extractor, evalDataset }).evaluate();
console.log(`loaded and merged: accuracy ${merged.evalAccuracy.toFixed(3)}`);
base.dispose();
loaded.dispose();

function kilobytes(path: string): number {
  return Math.round(readdirSync(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0) / 1000);
}
