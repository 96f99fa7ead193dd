/**
 * Trains a small model for a moment, and looks at it closely: evaluation, intervals, calibration, a comparison with a
 * simpler model, and robustness to noise.
 *
 *   npx tsx examples/evaluate.ts                     sounds made in code: half a minute
 *   npx tsx examples/evaluate.ts --dataset ./ESC-50 --frames 512 --epochs 10
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ASTForAudioClassification,
  astPresets,
  calibrationOf,
  compareEvaluations,
  confidenceIntervals,
  type EvaluationResult,
  evaluateModel,
  loadDataset,
  MelSpectrogramExtractor,
  robustness,
  saveEvaluation,
  selectFolds,
  syntheticDataset,
  Trainer,
  trainingHistory,
  useBackend,
} from '../src/index.js';
import { main } from './support/experiment.js';

const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'synthetic' },
    frames: { type: 'string', default: '128' },
    epochs: { type: 'string', default: '4' },
    clips: { type: 'string', default: '20' }, // of each class, of the synthetic data
    out: { type: 'string', default: join('runs', 'evaluation') },
  },
});
const maxLength = Number(values.frames);

await main(async () => {
  const backend = await useBackend('auto');
  const dataset =
    values.dataset === 'synthetic'
      ? syntheticDataset({ clipsPerClass: Number(values.clips), seconds: maxLength / 100 })
      : await loadDataset(values.dataset);
  const [train, test] = [selectFolds(dataset, [2, 3, 4, 5]), selectFolds(dataset, [1])];
  const extractor = new MelSpectrogramExtractor({ maxLength });
  const config = { ...astPresets.tiny, maxLength };

  const evaluateAfter = async (name: string, numTrainEpochs: number, seed: number) => {
    const model = ASTForAudioClassification.fromConfig(config, { labels: dataset.labels, seed });
    const args = { numTrainEpochs, learningRate: 2e-3, warmupRatio: 0.1, perDeviceTrainBatchSize: 8 };
    const run = await new Trainer({ model, extractor, trainDataset: train, args }).train();
    const training = trainingHistory(run);
    return { model, result: await evaluateModel(model, test, { extractor, name, training, settings: { args } }) };
  };
  const { model, result } = await evaluateAfter('trained', Number(values.epochs), 1);
  const hasty = await evaluateAfter('hasty', 1, 2);
  console.log(`On ${backend}:\n\n${String(result)}\n`);

  const { accuracy, recordings } = confidenceIntervals(result);
  console.log(
    `accuracy ${accuracy.value.toFixed(3)}, 95 % interval [${accuracy.low.toFixed(3)}, ${accuracy.high.toFixed(3)}]`,
  );
  console.log(
    `from ${recordings} recordings; expected calibration error ${calibrationOf(result).expectedCalibrationError.toFixed(3)}\n`,
  );
  console.log(`${String(compareEvaluations([result, hasty.result]))}\n`);

  const curves = await robustness(model, test, { extractor, noise: [20, 0], lowpass: [4000, 1000], clean: result });
  for (const { kind, unit, points } of curves)
    for (const { severity, accuracy } of points)
      console.log(`${kind} ${severity} ${unit}: accuracy ${accuracy.toFixed(3)}`);

  const whole: EvaluationResult = { ...result, robustness: curves };
  await saveEvaluation(whole, join(values.out, 'evaluation.json'));
  console.log(`\nWrote ${join(values.out, 'evaluation.json')}.`);
  for (const each of [model, hasty.model]) each.dispose();
});
