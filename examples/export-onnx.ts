/**
 * Trains a model on synthetic sounds, in seconds, writes it as ONNX, and runs the files with ONNX Runtime alone:
 *
 *   npx tsx examples/export-onnx.ts [directory]      where the model goes (default runs/onnx)
 *
 * Then, with transformers.js:  await pipeline('audio-classification', 'runs/onnx')
 */
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  ASTForAudioClassification,
  astPresets,
  exportOnnx,
  MelSpectrogramExtractor,
  syntheticDataset,
  Trainer,
  useBackend,
} from '../src/index.js';

const directory = process.argv[2] ?? join('runs', 'onnx');
await useBackend('auto');
const sounds = { clipsPerClass: 20, seconds: 1 };
const trainDataset = syntheticDataset({ ...sounds, folds: [2, 3, 4, 5] });
const evalDataset = syntheticDataset({ ...sounds, folds: [1] });
const model = ASTForAudioClassification.fromConfig(
  { ...astPresets.tiny, maxLength: 96 },
  { labels: trainDataset.labels, seed: 1 },
);
const extractor = new MelSpectrogramExtractor(model.extractorConfig);
const args = { numTrainEpochs: 8, learningRate: 2e-3, warmupRatio: 0.1 };
const trainer = new Trainer({ model, extractor, trainDataset, evalDataset, args });
await trainer.train();
const ours = (await trainer.predict()).predictions;

const files = await exportOnnx(model, directory, { dtype: ['fp32', 'int8'] });
for (const { path, size } of files) console.log(`${join(directory, path)}: ${size} bytes`);
model.dispose();

// What follows needs nothing of this library but the features: the same lines in Python, C++, Rust or Swift.
for (const file of ['model.onnx', 'model_quantized.onnx']) {
  const session = await InferenceSession.create(join(directory, 'onnx', file));
  let [right, same] = [0, 0];
  for (let i = 0; i < evalDataset.length; i++) {
    const { waveform, label } = await evalDataset.get(i);
    const { data, frames, bins } = extractor.extract(waveform);
    const { logits } = await session.run({ input_values: new Tensor('float32', data, [1, frames, bins]) });
    const scores = [...(logits!.data as Float32Array)];
    const best = scores.indexOf(Math.max(...scores));
    if (best === label) right++;
    if (best === ours[i]) same++;
  }
  const clips = evalDataset.length;
  console.log(
    `${file}: ${right} of ${clips} sounds are right; ${same} of ${clips} have the label that the Trainer gave.`,
  );
}
