import { ASTForAudioClassification } from '../ast/index.js';
import { MelSpectrogramExtractor } from '../audio/index.js';
import { type AudioDataset, alignLabels, getDatasetSplitNames, loadDataset } from '../datasets/index.js';
import { Trainer } from '../train/index.js';
import { defineCommand } from './command.js';
import { evaluationOf } from './evaluation.js';
import {
  choice,
  datasetOptions,
  integer,
  onlyOperand,
  printError,
  printJson,
  sharedOptions,
  startBackend,
} from './options.js';
import { UsageError } from './usageError.js';

export const evaluate = defineCommand({
  name: 'evaluate',
  operands: 'DATASET',
  summary: 'How well a model tells the sounds of a data set apart.',
  options: {
    model: { type: 'string', value: 'ID', help: 'a directory, an id on the Hub or a URL; needed' },
    ...datasetOptions,
    fold: { type: 'string', value: 'N', help: 'the fold to test on, for data with folds' },
    'batch-size': { type: 'string', value: 'N', default: '8', help: 'clips a forward pass' },
    'on-unreadable': {
      type: 'string',
      value: 'WHAT',
      default: 'throw',
      help: 'throw or skip: a recording that cannot be read',
    },
    backend: sharedOptions.backend,
    threads: sharedOptions.threads,
    json: sharedOptions.json,
  },
  notes:
    "DATASET is a directory, an id on the Hub, or synthetic; its classes must be among the model's. Takes the split test or\n" +
    'validation where there is one, else all clips, unless --split or --fold chooses. Recordings that are skipped are told on\n' +
    'standard error, and the exit code is 1.',
  async run(operands, { model: id, json, ...values }) {
    const dataset = onlyOperand('evaluate', 'data set', operands);
    if (id === undefined) throw new UsageError('evaluate needs the model: --model ID.');
    if (values.fold !== undefined && (values.split !== undefined || values.config !== undefined))
      throw new UsageError('--fold stands in the place of --config and --split; give either.');
    const batchSize = integer('batch-size', values['batch-size'], 1);
    const onUnreadable = choice('on-unreadable', values['on-unreadable'], ['throw', 'skip']);
    const fold = values.fold === undefined ? undefined : integer('fold', values.fold, 1);
    const backend = await startBackend(values);
    const test = await openTestSet(dataset, {
      fold,
      config: values.config,
      split: values.split,
      labelColumn: values['label-column'],
    });
    const model = await ASTForAudioClassification.fromPretrained(id);
    const clips = alignLabels(test, model.labels);
    printError(`Evaluating ${id} on ${clips.length} clips of ${clips.name}. Backend: ${backend}.`);
    const trainer = new Trainer({
      model,
      extractor: new MelSpectrogramExtractor(model.extractorConfig),
      args: { perDeviceEvalBatchSize: batchSize, onUnreadable, cacheFeatures: false },
    });
    const { text, data } = evaluationOf(await trainer.predict(clips), model.labels);
    for (const { reason } of data.skipped) printError(`ast-ts: ${reason}`);
    if (json) printJson({ model: id, dataset: clips.name, backend, ...data });
    else process.stdout.write(`${text}\n`);
    return data.skipped.length > 0 ? 1 : 0;
  },
});

interface TestSetOptions {
  fold: number | undefined;
  config: string | undefined;
  split: string | undefined;
  labelColumn: string | undefined;
}

async function openTestSet(id: string, { fold, ...options }: TestSetOptions): Promise<AudioDataset> {
  if (fold !== undefined) return loadDataset(id, { ...options, config: `fold${fold}`, split: 'test' });
  if (options.split !== undefined) return loadDataset(id, options);
  const splits = await getDatasetSplitNames(id, { config: options.config, labelColumn: options.labelColumn });
  const test = ['test', 'validation'].find((split) => splits.includes(split));
  return loadDataset(id, { ...options, split: test ?? (splits.join('+') || undefined) });
}
