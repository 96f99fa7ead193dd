/**
 * Fine-tunes an Audio Spectrogram Transformer to tell sounds apart, and reports how well it does.
 *
 *   npm run finetune                                                     synthetic sounds, a tiny new model: two minutes at most
 *   npm run finetune -- --dataset confit/esc50-demo --model MIT/ast-finetuned-audioset-10-10-0.4593   the real job
 *   npm run finetune -- --help
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ASTForAudioClassification,
  type AudioDataset,
  astPresets,
  type BackendName,
  bestAndWorstClasses,
  classificationReport,
  confusionMatrix,
  countLabels,
  formatBestAndWorst,
  formatConfusedPairs,
  formatConfusionMatrix,
  groupLabels,
  loadDataset,
  MelSpectrogramExtractor,
  mostConfusedPairs,
  natureCategories,
  type PredictionOutput,
  Trainer,
  type TrainerCallback,
  useBackend,
} from '../src/index.js';

const usage = `Usage: npm run finetune -- [flags]

  --dataset ID|DIR      Hugging Face id (confit/esc50-demo), an ESC-50 directory, or synthetic (default)
  --model ID|DIR|SIZE   Hugging Face id, a directory, or a size for a new model: tiny (default), small, base
  --fold N              the fold to test on, 1 to 5 (default 1)
  --categories WHICH    all, or nature: birds, water, wind, mammals (default all)
  --max-length N        frames of an input, 100 a second (default 512)
  --epochs N            passes over the training data (default 2)
  --batch-size N        clips a step (default 8)
  --learning-rate R     peak rate (default 1e-4 for a checkpoint; tiny 2e-3, small 5e-4, base 1e-4)
  --backend NAME        auto (default), wasm, cpu, tensorflow
  --seed N              order of the clips and new weights (default 42)
  --out DIR             where model, report.json and predictions.csv go (default runs/esc50)`;

const { values: flags } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'synthetic' },
    model: { type: 'string', default: 'tiny' },
    fold: { type: 'string', default: '1' },
    categories: { type: 'string', default: 'all' },
    'max-length': { type: 'string', default: '512' },
    epochs: { type: 'string', default: '2' },
    'batch-size': { type: 'string', default: '8' },
    'learning-rate': { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    seed: { type: 'string', default: '42' },
    out: { type: 'string', default: join('runs', 'esc50') },
    help: { type: 'boolean', default: false },
  },
});

const newModelRates: Record<string, number> = { tiny: 2e-3, small: 5e-4 };

async function main(): Promise<void> {
  if (flags.help) return console.log(usage);
  if (!['all', 'nature'].includes(flags.categories))
    throw new RangeError(`--categories: expected all or nature, got '${flags.categories}'.`);
  const seed = number('seed');
  const backend = await useBackend(flags.backend as BackendName | 'auto');

  const [trainDataset, evalDataset] = [await load('train'), await load('test')];
  console.log(
    `${trainDataset.name}: ${trainDataset.length} clips to train on, ${evalDataset.length} to test on (fold ${flags.fold})`,
  );
  for (const [i, { label, count }] of countLabels(trainDataset).entries())
    console.log(
      `  ${label.padEnd(20)} ${String(count).padStart(5)} ${String(countLabels(evalDataset)[i]!.count).padStart(5)}`,
    );

  const isNew = flags.model in astPresets;
  const model = await loadModel(trainDataset.labels, isNew, seed);
  const parameters = [...model.parameters().values()].reduce((sum, { size }) => sum + size, 0);
  console.log(
    `Model ${flags.model}: ${(parameters / 1e6).toFixed(2)} M parameters${isNew ? `, new from seed ${seed}` : ''}. Backend: ${backend}.`,
  );

  const trainer = new Trainer({
    model,
    extractor: new MelSpectrogramExtractor(model.extractorConfig),
    trainDataset,
    evalDataset,
    args: {
      numTrainEpochs: number('epochs'),
      perDeviceTrainBatchSize: number('batch-size'),
      perDeviceEvalBatchSize: number('batch-size'),
      learningRate: flags['learning-rate'] ? number('learning-rate') : (newModelRates[flags.model] ?? 1e-4),
      weightDecay: 0.01,
      warmupRatio: 0.1,
      seed,
    },
    callbacks: [epochLines],
  });
  const { runtime, globalStep } = await trainer.train();
  console.log(`Trained ${globalStep} steps in ${runtime.toFixed(1)} s, evaluations included.\n`);

  const predictions = await trainer.predict(evalDataset);
  await report(predictions, evalDataset.labels);
  await trainer.saveModel(join(flags.out, 'model'));
  console.log(`\nWrote ${join(flags.out, 'model')} (Hugging Face layout), report.json and predictions.csv.`);
  if (flags.dataset === 'synthetic')
    console.log(
      '\nThese were synthetic sounds and a tiny model, to show the whole way. The real job, on recordings (774 MB a fold) and the 87 M-parameter model:\n' +
        '  npm run finetune -- --dataset confit/esc50-demo --categories nature --model MIT/ast-finetuned-audioset-10-10-0.4593',
    );
  model.dispose();
}

async function load(split: 'train' | 'test'): Promise<AudioDataset> {
  const dataset = await loadDataset(flags.dataset, { config: `fold${flags.fold}`, split });
  return flags.categories === 'nature' && flags.dataset !== 'synthetic'
    ? groupLabels(dataset, natureCategories)
    : dataset;
}

async function loadModel(labels: readonly string[], isNew: boolean, seed: number): Promise<ASTForAudioClassification> {
  const maxLength = number('max-length');
  if (isNew)
    return ASTForAudioClassification.fromConfig(
      { ...astPresets[flags.model as keyof typeof astPresets], maxLength },
      { labels, seed },
    );
  return ASTForAudioClassification.fromPretrained(flags.model, { labels, maxLength, seed });
}

const epochLines: TrainerCallback = {
  name: 'epoch lines',
  onEvaluate({ epoch, log, evaluations }) {
    const { evalLoss, evalAccuracy } = evaluations.at(-1)!;
    const { loss, samplesPerSecond } = log.at(-1)!;
    console.log(
      `epoch ${epoch.toFixed(0)}: loss ${loss.toFixed(3)}, on the test fold loss ${evalLoss.toFixed(3)}, ` +
        `accuracy ${evalAccuracy.toFixed(3)} (${samplesPerSecond.toFixed(1)} clips/s)`,
    );
  },
};

async function report(
  { ids, labels, predictions, logits, loss }: PredictionOutput,
  names: readonly string[],
): Promise<void> {
  const present = { labels: names.map((_, i) => i), targetNames: names };
  const scores = classificationReport(labels, predictions, present);
  const matrix = confusionMatrix(labels, predictions, { labels: present.labels });
  const { best, worst } = bestAndWorstClasses(scores, 3);
  const confused = mostConfusedPairs(matrix, names, 5);
  const { isTTY: color } = process.stdout;
  const texts = [
    formatConfusionMatrix(matrix, names, { color }),
    formatBestAndWorst({ best, worst }),
    formatConfusedPairs(confused),
  ];
  console.log([scores, ...texts].join('\n\n'));

  await mkdir(flags.out, { recursive: true });
  const summary = {
    dataset: flags.dataset,
    model: flags.model,
    fold: flags.fold,
    loss,
    scores,
    matrix,
    labels: names,
    best,
    worst,
    confused,
  };
  await writeFile(join(flags.out, 'report.json'), `${JSON.stringify(summary, null, 2)}\n`);
  const rows = ids.map((id, i) => [
    id,
    names[labels[i]!],
    names[predictions[i]!],
    ...logits[i]!.map((logit) => logit.toFixed(5)),
  ]);
  const header = ['id', 'label', 'prediction', ...names.map((name) => `logit_${name}`)];
  await writeFile(join(flags.out, 'predictions.csv'), `${[header, ...rows].map((row) => row.join(',')).join('\n')}\n`);
}

function number(flag: 'fold' | 'max-length' | 'epochs' | 'batch-size' | 'learning-rate' | 'seed'): number {
  const value = Number(flags[flag]);
  if (Number.isFinite(value)) return value;
  throw new RangeError(`--${flag}: expected a number, got '${flags[flag]}'.`);
}

await main().catch((error: Error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
