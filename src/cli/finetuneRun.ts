import { platform } from '#platform';
import {
  type ASTConfig,
  ASTForAudioClassification,
  addLora,
  astPresets,
  classifierHead,
  freeze,
  type LoraModel,
} from '../ast/index.js';
import { MelSpectrogramExtractor } from '../audio/index.js';
import { spectrogramMasking } from '../augment/index.js';
import { type AudioDataset, loadTrainTest } from '../datasets/index.js';
import { summarize } from '../train/evaluationMetrics.js';
import {
  embedDataset,
  type PredictionOutput,
  type TrainableModel,
  Trainer,
  type TrainerCallback,
} from '../train/index.js';
import { evaluationOf } from './evaluation.js';
import { printError, printJson, startBackend } from './options.js';

/** What the user asked for, checked. */
export interface FinetuneSettings {
  readonly dataset: string;
  readonly model: string;
  readonly out: string;
  readonly config: string | undefined;
  readonly labelColumn: string | undefined;
  readonly fold: number | undefined;
  readonly testSize: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly headOnly: boolean;
  readonly frozenBlocks: number;
  readonly lora: boolean;
  readonly maskedFrames: number;
  readonly gradientCheckpointing: boolean;
  readonly onUnreadable: 'throw' | 'skip';
  readonly seed: number;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly backend: string;
  readonly threads: string | undefined;
}

/** Trains, tests after every epoch, and writes model/ and report.json. */
export async function runFinetune(settings: FinetuneSettings, json: boolean): Promise<number> {
  const { join, writeFile } = platform.files!;
  const checkpoints = join(settings.out, 'checkpoints');
  await refuseCheckpoints(checkpoints, settings);
  // Before any work: nothing is worse than a path that cannot be written to after hours of training.
  await writeFile(join(settings.out, 'settings.json'), [`${JSON.stringify(settings, null, 2)}\n`]);
  const backend = await startBackend(settings);
  const { fold, testSize, seed, config, labelColumn } = settings;
  const sounds = await loadTrainTest(settings.dataset, { fold, testSize, seed, config, labelColumn });
  const model = await makeModel(settings, sounds.train);
  const extractor = new MelSpectrogramExtractor(model.extractorConfig);
  const { trainable, lora, train, test } = await prepare(settings, model, extractor, sounds);
  printError(
    `Training ${settings.model} on ${train.length} clips of ${train.name}, testing on ${test.length} of ${test.name}: ` +
      `${model.labels.length} classes. Backend: ${backend}.`,
  );

  let tested: PredictionOutput | undefined;
  const epochs: object[] = [];
  const testEveryEpoch: TrainerCallback = {
    name: 'test every epoch',
    async onEpochEnd({ epoch, step, log }) {
      tested = await trainer.predict();
      const { evalLoss, evalAccuracy } = summarize(tested);
      epochs.push({ epoch, step, evalLoss, evalAccuracy });
      printError(
        `epoch ${Number(epoch.toFixed(2))}: loss ${log.at(-1)!.loss.toFixed(3)}, on the test clips loss ` +
          `${evalLoss.toFixed(3)}, accuracy ${evalAccuracy.toFixed(3)} (${log.at(-1)!.samplesPerSecond.toFixed(1)} clips/s)`,
      );
    },
  };
  const trainer = new Trainer({
    model: trainable,
    extractor,
    trainDataset: train,
    evalDataset: test,
    args: {
      numTrainEpochs: settings.epochs,
      perDeviceTrainBatchSize: Math.min(settings.batchSize, train.length),
      perDeviceEvalBatchSize: settings.batchSize,
      learningRate: settings.learningRate,
      warmupRatio: 0.1,
      weightDecay: 0.01,
      gradientCheckpointing: settings.gradientCheckpointing,
      onUnreadable: settings.onUnreadable,
      seed,
      evalStrategy: 'no', // the callback's task
      outputDir: checkpoints,
      overwriteOutputDir: settings.overwrite,
      resumeFromCheckpoint: settings.resume,
      saveTotalLimit: 1,
    },
    augment:
      settings.maskedFrames > 0
        ? spectrogramMasking({ time: settings.maskedFrames, extractorConfig: extractor.config })
        : undefined,
    callbacks: [testEveryEpoch],
    onWarning: printError,
  });
  const { globalStep, runtime, skipped, log } = await trainer.train();
  // A run that was resumed at its end has tested nothing.
  const { text, data } = evaluationOf(tested ?? (await trainer.predict()), model.labels);
  const unread = [...skipped, ...data.skipped];
  for (const { reason } of unread) printError(`ast-ts: ${reason}`);

  const datasets = { train: train.name, test: test.name };
  const report = { settings, datasets, backend, steps: globalStep, runtime, ...data, skipped: unread, epochs, log };
  if (lora) {
    await trainer.saveModel(join(settings.out, 'adapter'));
    lora.merge();
  }
  await model.savePretrained(join(settings.out, 'model'), { extractorConfig: extractor.config });
  await writeFile(join(settings.out, 'report.json'), [`${JSON.stringify(report, null, 2)}\n`]);
  printError(`Trained ${globalStep} steps in ${runtime.toFixed(1)} s, tests included. Wrote ${settings.out}.`);
  if (json) printJson(report);
  else process.stdout.write(`${text}\n`);
  return 0;
}

/** A new run does not go over another's checkpoints by mistake. */
async function refuseCheckpoints(directory: string, { out, resume, overwrite }: FinetuneSettings): Promise<void> {
  const files = platform.files!;
  if (resume || overwrite || (await files.stat(directory)) === undefined) return;
  if ((await files.list(directory)).some((name) => name.startsWith('checkpoint-')))
    throw new Error(
      `${out} has the checkpoints of another run. --resume goes on with it, --overwrite begins anew, and --out chooses ` +
        'another directory.',
    );
}

/** A new model of a size by name, or a checkpoint with a new last layer for these classes. */
async function makeModel({ model, maxLength, seed }: FinetuneSettings, { labels, labelsOf }: AudioDataset) {
  const problemType: ASTConfig['problemType'] = labelsOf ? 'multi_label_classification' : 'single_label_classification';
  if (!Object.hasOwn(astPresets, model))
    return ASTForAudioClassification.fromPretrained(model, { labels, maxLength, seed, problemType });
  const preset = astPresets[model as keyof typeof astPresets];
  return ASTForAudioClassification.fromConfig({ ...preset, maxLength, problemType }, { labels, seed });
}

interface Prepared {
  readonly trainable: TrainableModel;
  readonly lora?: LoraModel;
  readonly train: AudioDataset;
  readonly test: AudioDataset;
}

/** What of the model is trained, and on what: all on sounds, or the head on sounds that went through the rest before. */
async function prepare(
  { headOnly, frozenBlocks, lora, batchSize, seed }: FinetuneSettings,
  model: ASTForAudioClassification,
  extractor: MelSpectrogramExtractor,
  sounds: { readonly train: AudioDataset; readonly test: AudioDataset },
): Promise<Prepared> {
  if (headOnly) {
    const bar = await platform.openProgressBar();
    const onProgress = (done: number, total: number) => bar?.update(done, total, 'through the encoder');
    const embed = (dataset: AudioDataset) => embedDataset(model, extractor, dataset, { batchSize, onProgress });
    const [train, test] = [await embed(sounds.train), await embed(sounds.test)];
    bar?.stop();
    return { trainable: classifierHead(model), train, test };
  }
  if (frozenBlocks > 0) freeze(model, { blocks: frozenBlocks });
  if (!lora) return { trainable: model, ...sounds };
  const adapted = addLora(model, { seed });
  return { trainable: adapted, lora: adapted, ...sounds };
}
