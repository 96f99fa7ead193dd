import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AttentionMap,
  type AudioDataset,
  accuracy,
  addAttention,
  countLabels,
  type FeatureExtractor,
  type MelSpectrogram,
  type PredictionOutput,
  renderReport,
  type SkippedRecording,
  saveEvaluation,
  type TrainableModel,
  Trainer,
  type TrainerCallback,
  type TrainerOptions,
  toEvaluation,
  trainingHistory,
  useBackend,
} from '../../src/index.js';
import type { Flags } from './flags.js';
import { summarize, writePredictions } from './results.js';
import { loadSplits } from './splits.js';

/** What differs from one kind of model to another. */
interface Experiment {
  /** What the output calls the model. */
  readonly name: string;
  /** Rate that the sounds are loaded at, in Hz. */
  readonly sampleRate: number;
  /** Makes the model, and what turns sounds into its input. */
  readonly makeModel: (labels: readonly string[]) => Promise<{
    model: TrainableModel & { dispose(): void };
    extractor: FeatureExtractor;
    augment?: TrainerOptions['augment'];
    /** Where the model looked, for the report; of models that can say it. */
    explain?: (features: MelSpectrogram) => Promise<AttentionMap>;
  }>;
  /** The format that the model is saved in. */
  readonly format: string;
}

/**
 * Trains a model on a data set, tests it after every epoch, reports how well it does, and writes all to a directory: the
 * same way for every kind of model, so that they stand side by side.
 */
export async function runExperiment(flags: Flags, { name, sampleRate, makeModel, format }: Experiment): Promise<void> {
  await makeDirectory(flags.out);
  const backend = await useBackend(flags.backend, flags.threads === undefined ? {} : { threads: flags.threads });

  const { trainDataset, evalDataset } = await loadSplits(flags, sampleRate);
  printDatasets(trainDataset, evalDataset);
  const { model, extractor, augment, explain } = await makeModel(trainDataset.labels);
  const parameters = [...model.parameters().values()].reduce((sum, { size }) => sum + size, 0);
  console.log(`Model ${name}: ${(parameters / 1e6).toFixed(2)} M parameters. Backend: ${backend}.`);

  // The test set goes through the model after every epoch; the last time is what the report is about.
  const tests: PredictionOutput[] = [];
  const testedAt: { step: number; evalLoss: number; evalAccuracy: number }[] = [];
  let reported = 0;
  const testEveryEpoch: TrainerCallback = {
    name: 'test every epoch',
    async onEpochEnd({ step, epoch, log }) {
      const test = await trainer.predict();
      const testAccuracy = accuracy(test.labels, test.predictions);
      tests.push(test);
      testedAt.push({ step, evalLoss: test.loss, evalAccuracy: testAccuracy });
      const steps = log.slice(reported);
      reported = log.length;
      console.log(
        `epoch ${Number(epoch.toFixed(2))}: mean loss ${mean(steps.map(({ loss }) => loss)).toFixed(3)}, on the test set ` +
          `loss ${test.loss.toFixed(3)}, accuracy ${testAccuracy.toFixed(3)} ` +
          `(${log.at(-1)!.samplesPerSecond.toFixed(1)} clips/s)`,
      );
    },
  };

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
    augment,
    callbacks: [testEveryEpoch],
  });
  const { globalStep, runtime, log, skipped: skippedInTraining } = await trainer.train();
  console.log(`Trained ${globalStep} steps in ${runtime.toFixed(1)} s, tests included.`);

  const predictions = tests.at(-1)!;
  const skipped = [...skippedInTraining, ...predictions.skipped];
  printSkipped(skipped);
  const evaluation = toEvaluation(predictions, {
    model,
    dataset: evalDataset,
    extractor,
    name,
    training: trainingHistory({ log, evaluations: testedAt }),
    settings: { args: trainer.args },
  });
  console.log(`\n${String(evaluation)}`);

  const datasets = { train: trainDataset.name, test: evalDataset.name };
  const report = { flags, datasets, backend, runtime, skipped, ...summarize(evaluation), log };
  await writeFile(join(flags.out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await saveEvaluation(evaluation, join(flags.out, 'evaluation.json'));
  await writePredictions(join(flags.out, 'predictions.csv'), predictions, evalDataset.labels);
  await trainer.saveModel(join(flags.out, 'model'));
  console.log(`\nWrote ${join(flags.out, 'model')} (${format}), evaluation.json, report.json and predictions.csv.`);
  const out = join(flags.out, 'report.html');
  const explained = explain
    ? await addAttention(evaluation, evalDataset, extractor, { attention: explain })
    : evaluation;
  await renderReport(explained, { out, dataset: evalDataset });
  console.log(`Open ${out} in a browser to see and hear the results.`);
  model.dispose();
}

/** Runs a program, and ends it with a line that says what is wrong where something is. */
export async function main(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`${name}: ${message}`);
    process.exitCode = 1;
  }
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
