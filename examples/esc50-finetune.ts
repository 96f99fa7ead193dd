/**
 * Fine-tunes an Audio Spectrogram Transformer to tell sounds apart, and reports how well it does.
 *
 *   npm run finetune                  synthetic sounds, a tiny new model: half a minute
 *   npm run finetune -- --dataset confit/esc50-demo --model MIT/ast-finetuned-audioset-10-10-0.4593     the real job
 *   npm run finetune -- --help
 */
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ASTForAudioClassification,
  type AudioDataset,
  accuracy,
  astPresets,
  countLabels,
  MelSpectrogramExtractor,
  type PredictionOutput,
  type SkippedRecording,
  spectrogramMasking,
  Trainer,
  type TrainerCallback,
  useBackend,
} from '../src/index.js';
import { type Flags, maskedFrames, readFlags, usage } from './support/flags.js';
import { evaluate, formatResults, writePredictions } from './support/results.js';
import { loadSplits } from './support/splits.js';

async function finetune(flags: Flags): Promise<void> {
  await makeDirectory(flags.out);
  const backend = await useBackend(flags.backend, flags.threads === undefined ? {} : { threads: flags.threads });

  const { trainDataset, evalDataset } = await loadSplits(flags);
  printDatasets(trainDataset, evalDataset);
  const model = await loadModel(flags, trainDataset.labels);
  const parameters = [...model.parameters().values()].reduce((sum, { size }) => sum + size, 0);
  console.log(`Model ${flags.model}: ${(parameters / 1e6).toFixed(2)} M parameters. Backend: ${backend}.`);

  // The test set goes through the model after every epoch; the last time is what the report is about.
  const tests: PredictionOutput[] = [];
  let reported = 0;
  const testEveryEpoch: TrainerCallback = {
    name: 'test every epoch',
    async onEpochEnd({ epoch, log }) {
      const test = await trainer.predict();
      tests.push(test);
      const steps = log.slice(reported);
      reported = log.length;
      console.log(
        `epoch ${Number(epoch.toFixed(2))}: mean loss ${mean(steps.map(({ loss }) => loss)).toFixed(3)}, on the test set ` +
          `loss ${test.loss.toFixed(3)}, accuracy ${accuracy(test.labels, test.predictions).toFixed(3)} ` +
          `(${log.at(-1)!.samplesPerSecond.toFixed(1)} clips/s)`,
      );
    },
  };

  const extractor = new MelSpectrogramExtractor(model.extractorConfig);
  const trainer = new Trainer({
    model,
    extractor,
    trainDataset,
    evalDataset,
    args: {
      numTrainEpochs: flags.epochs,
      perDeviceTrainBatchSize: flags.batchSize,
      perDeviceEvalBatchSize: flags.batchSize,
      learningRate: flags.learningRate,
      warmupRatio: flags.warmupRatio,
      weightDecay: flags.weightDecay,
      gradientCheckpointing: flags.gradCheckpointing,
      onUnreadable: flags.onUnreadable,
      seed: flags.seed,
      evalStrategy: 'no', // the callback's task
    },
    augment: flags.masking ? spectrogramMasking({ time: maskedFrames, extractorConfig: extractor.config }) : undefined,
    callbacks: [testEveryEpoch],
  });
  const { globalStep, runtime, log, skipped: skippedInTraining } = await trainer.train();
  console.log(`Trained ${globalStep} steps in ${runtime.toFixed(1)} s, tests included.`);

  const predictions = tests.at(-1)!;
  const skipped = [...skippedInTraining, ...predictions.skipped];
  printSkipped(skipped);
  const results = evaluate(predictions, evalDataset.labels);
  console.log(`\n${formatResults(results, { color: process.stdout.isTTY })}`);

  const datasets = { train: trainDataset.name, test: evalDataset.name };
  const report = { flags, datasets, backend, runtime, skipped, ...results, log };
  await writeFile(join(flags.out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writePredictions(join(flags.out, 'predictions.csv'), predictions, evalDataset.labels);
  await trainer.saveModel(join(flags.out, 'model'));
  console.log(`\nWrote ${join(flags.out, 'model')} (Hugging Face layout), report.json and predictions.csv.`);
  model.dispose();
}

/** Before any work: nothing is worse than a path that cannot be written to after hours of training. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  } catch (cause) {
    throw new Error(`--out: cannot write to ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** A new model of a size by name, or a checkpoint with a new last layer for these labels. */
async function loadModel({ model, maxLength, seed }: Flags, labels: readonly string[]) {
  if (Object.hasOwn(astPresets, model)) {
    const preset = astPresets[model as keyof typeof astPresets];
    return ASTForAudioClassification.fromConfig({ ...preset, maxLength }, { labels, seed });
  }
  return ASTForAudioClassification.fromPretrained(model, { labels, maxLength, seed });
}

function printDatasets(train: AudioDataset, test: AudioDataset): void {
  console.log(`Training on ${train.length} clips of ${train.name}, testing on ${test.length} of ${test.name}:`);
  const testCounts = countLabels(test);
  for (const [i, { label, count }] of countLabels(train).entries())
    console.log(`  ${label.padEnd(20)} ${String(count).padStart(5)} ${String(testCounts[i]!.count).padStart(5)}`);
}

function printSkipped(skipped: readonly SkippedRecording[]): void {
  if (skipped.length > 0) console.log(`Recordings skipped because they cannot be read: ${skipped.length}`);
  for (const { id, reason } of skipped) console.log(`  ${id}: ${reason}`);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const realJob = `
These were synthetic sounds, to show the whole way. The real job, on recordings (774 MB a fold) with the 87 M-parameter model:
  npm run finetune -- --dataset confit/esc50-demo --categories nature --model MIT/ast-finetuned-audioset-10-10-0.4593`;

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) console.log(usage);
  else {
    const flags = readFlags(args);
    await finetune(flags);
    if (flags.dataset === 'synthetic') console.log(realJob);
  }
} catch (error) {
  const { name, message } = error as Error;
  console.error(`${name}: ${message}`);
  process.exitCode = 1;
}
