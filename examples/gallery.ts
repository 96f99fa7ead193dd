/**
 * Draws every kind of picture, from sounds that are made in code and a tiny model that learns them first: the pictures of docs/gallery.md.
 *
 *   npx tsx examples/gallery.ts [directory]      where the pictures go (default docs/images)
 */
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  type AudioDataset,
  type AudioExample,
  addGaussianSnr,
  astPresets,
  classificationReport,
  confusionMatrix,
  createRandom,
  embedDataset,
  LogMelExtractor,
  lowPassFilter,
  MelSpectrogramExtractor,
  mapWaveforms,
  type Picture,
  plotAttention,
  plotConfusionMatrix,
  plotEmbeddings,
  plotPerClass,
  plotPredictionBias,
  plotReliability,
  plotRobustness,
  plotSpectrogram,
  plotTrainingCurves,
  plotWaveform,
  resample,
  selectFolds,
  stackSpectrograms,
  syntheticDataset,
  Trainer,
  useBackend,
} from '../src/index.js';
import type { AttentionMap, RobustnessCurve, TrainingHistory } from '../src/results/index.js';
import { calibrationOf, esc50Labels, frequenciesOf, invented } from './support/gallery.js';

const directory = process.argv[2] ?? join('docs', 'images');
const save = async (name: string, picture: Picture): Promise<void> => {
  await picture.save(join(directory, `${name}.svg`));
  console.log(`${name}.svg: ${picture.width} x ${picture.height}, ${Math.ceil(picture.svg.length / 1000)} kB`);
};

await useBackend('auto');
const sounds = syntheticDataset({ clipsPerClass: 50, seconds: 1 });
const [trainDataset, evalDataset] = [selectFolds(sounds, [2, 3, 4, 5]), selectFolds(sounds, [1])];
const { labels } = sounds;

// Sounds.
const clip = await sounds.get(labels.indexOf('birds') * 50 + 3);
const extractor = new MelSpectrogramExtractor({ maxLength: 96 });
await save('waveform', await plotWaveform(clip.waveform, { title: `A waveform: ${labels[clip.label]}` }));
const features = extractor.fbank(clip.waveform);
const shown = { extractorConfig: extractor.config, title: `A spectrogram: ${labels[clip.label]}` };
await save('spectrogram', await plotSpectrogram(features, shown));
await save('spectrogram-dark', await plotSpectrogram(features, { ...shown, theme: 'dark', colorMap: 'viridis' }));
const librosa = new LogMelExtractor({ ref: 'max' });
const atItsRate = resample(clip.waveform, librosa.config.samplingRate);
await save(
  'spectrogram-librosa',
  await plotSpectrogram(librosa.logMel(atItsRate), {
    extractorConfig: librosa.config,
    title: 'As librosa computes it',
  }),
);

// A model that learns the sounds, and how it did.
const model = ASTForAudioClassification.fromConfig({ ...astPresets.tiny, maxLength: 96 }, { labels, seed: 3 });
const history: { -readonly [Key in keyof TrainingHistory]: TrainingHistory[Key] } = { steps: [], evaluations: [] };
const trainer = new Trainer({
  model,
  extractor,
  trainDataset,
  evalDataset,
  args: { numTrainEpochs: 8, learningRate: 2e-3, seed: 1 },
  callbacks: [
    {
      onTrainEnd({ log, evaluations }) {
        history.steps = log;
        history.evaluations = evaluations.map(({ step, evalLoss, evalAccuracy }) => ({
          step,
          epoch: log[step - 1]!.epoch,
          loss: evalLoss,
          accuracy: evalAccuracy,
        }));
      },
    },
  ],
});
await trainer.train();
await save('training-curves', await plotTrainingCurves(history, { title: 'Training curves' }));

// What it says of sounds that it has not heard. Noise makes it err: there would be little to see otherwise.
const noisy = (dataset: AudioDataset, decibels: number) =>
  changed(dataset, addGaussianSnr({ minSnrDb: decibels, maxSnrDb: decibels, p: 1 }));
const output = await trainer.predict(noisy(evalDataset, 12));
const counts = confusionMatrix(output.labels, output.predictions, { labels: Array.from(labels.keys()) });
await save('confusion-matrix', await plotConfusionMatrix(counts, labels, { title: 'Confusion matrix' }));
const ofTruth = { normalize: 'true', theme: 'dark', title: 'Percentages, dark, in Spanish', language: 'es' } as const;
await save('confusion-matrix-dark', await plotConfusionMatrix(counts, labels, ofTruth));
const report = classificationReport(output.labels, output.predictions, {
  labels: Array.from(labels.keys()),
  targetNames: labels,
});
await save('per-class', await plotPerClass(report, { k: 1, title: 'Scores of each class' }));
const bias = frequenciesOf(output.labels, output.predictions, labels.length);
await save('prediction-bias', await plotPredictionBias(bias, labels, { title: 'Prediction bias' }));
const calibration = calibrationOf(output.labels, output.logits);
await save('reliability', await plotReliability(calibration, { title: 'Reliability diagram' }));

// How it holds out as sounds get worse.
const curve = async (
  kind: string,
  unit: string,
  severities: readonly number[],
  make: (severity: number) => AudioDataset,
): Promise<RobustnessCurve> => {
  const points = [];
  for (const severity of severities) {
    const { labels: truth, predictions } = await trainer.predict(make(severity));
    const { classes, accuracy = 0 } = classificationReport(truth, predictions, { labels: Array.from(labels.keys()) });
    points.push({ severity, accuracy, recall: classes.map(({ recall }) => recall) });
  }
  return { kind, unit, points };
};
const curves = [
  await curve('noise', 'dB', [30, 20, 10, 0], (decibels) => noisy(evalDataset, decibels)),
  await curve('lowpass', 'Hz', [6000, 3000, 1500, 750], (hertz) =>
    changed(evalDataset, lowPassFilter({ minCutoffFreq: hertz, maxCutoffFreq: hertz, p: 1 })),
  ),
];
await save('robustness', await plotRobustness(curves, { labels, title: 'Robustness' }));

// What it looks at, and which sounds are alike to it.
const input = extractor.extract(clip.waveform);
const looked = { normalized: true, extractorConfig: extractor.config, modelConfig: model.config };
const attention = await lastBlockAttention();
await save('attention', await plotAttention(input, attention, { ...looked, title: 'Attention of the last block' }));
const embedded = await embedDataset(model, extractor, sounds);
const vectors = await Promise.all(Array.from({ length: sounds.length }, (_, i) => embedded.features!.read(i)));
const truth = Array.from({ length: sounds.length }, (_, i) => sounds.labelOf(i));
await save(
  'embeddings',
  await plotEmbeddings(
    vectors.map(({ data }) => data),
    truth,
    { labelNames: labels, seed: 1, title: 'Embeddings' },
  ),
);
model.dispose();

// Fifty classes; the numbers are invented.
const many = invented(esc50Labels.length, createRandom(1));
const fifty = { title: 'Fifty classes (invented numbers)' };
await save(
  'confusion-matrix-50',
  await plotConfusionMatrix(confusionMatrix(many.truth, many.predictions), esc50Labels, fifty),
);
const reportOfMany = classificationReport(many.truth, many.predictions, { targetNames: esc50Labels });
await save('per-class-50', await plotPerClass(reportOfMany, { ...fifty, k: 5 }));

/** Every clip gone through an augmentation, the same each time. */
function changed(dataset: AudioDataset, augment: ReturnType<typeof addGaussianSnr>): AudioDataset {
  return mapWaveforms(dataset, ({ id, waveform }: AudioExample) => augment(waveform, createRandom([1, id])));
}

/** What the class token and the distillation token attend to in the last block, mean over heads and both. */
async function lastBlockAttention(): Promise<AttentionMap> {
  const inputValues = stackSpectrograms([input]);
  const { logits, attentions } = model.forward(inputValues, { outputAttentions: true });
  const last = attentions!.at(-1)!;
  const [, heads, tokens] = last.shape; // [1, heads, tokens, tokens]
  const values = await last.data();
  for (const tensor of [inputValues, logits, ...attentions!]) tensor.dispose();
  const { patchSize, frequencyStride, timeStride, numMelBins, maxLength } = model.config;
  const frequencies = Math.floor((numMelBins - patchSize) / frequencyStride) + 1;
  const times = Math.floor((maxLength - patchSize) / timeStride) + 1;
  const sums = Array.from({ length: tokens - 2 }, (_, patch) => {
    let sum = 0;
    for (let head = 0; head < heads; head++)
      for (const token of [0, 1]) sum += values[(head * tokens + token) * tokens + 2 + patch]!;
    return sum;
  });
  const total = sums.reduce((sum, value) => sum + value, 0);
  return { method: 'last-block', frequencies, times, weights: sums.map((sum) => sum / total) };
}
