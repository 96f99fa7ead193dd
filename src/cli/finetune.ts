import { astPresets } from '../ast/index.js';
import { defineCommand } from './command.js';
import { type FinetuneSettings, runFinetune } from './finetuneRun.js';
import { choice, datasetOptions, integer, number, onlyOperand, sharedOptions } from './options.js';
import { UsageError } from './usageError.js';

/** Frames that `--masking` may hide, as the authors of AST do. */
const maskedFrames = 96;

export const finetune = defineCommand({
  name: 'finetune',
  operands: 'DATASET',
  summary: 'Trains a model to tell the sounds of a data set apart, and says how well it does.',
  options: {
    model: {
      ...sharedOptions.model,
      help: `${sharedOptions.model.help}; or a size for a new model: ${Object.keys(astPresets).join(', ')}`,
    },
    out: { type: 'string', value: 'DIR', default: 'finetuned', help: 'where model/, report.json and checkpoints/ go' },
    config: datasetOptions.config,
    'label-column': datasetOptions['label-column'],
    fold: { type: 'string', value: 'N', help: 'the fold to test on, for data with folds (default: the first)' },
    'test-size': {
      type: 'string',
      value: 'SHARE',
      default: '0.2',
      help: 'what is for testing, where the data has no test split',
    },
    epochs: { type: 'string', value: 'N', default: '2', help: 'passes over the training data; 0.5 for half a pass' },
    'learning-rate': {
      type: 'string',
      value: 'R',
      help: 'peak rate (default: 1e-4; 1e-3 with --lora and --head-only; new models: tiny 2e-3, small 5e-4)',
    },
    'batch-size': { type: 'string', value: 'N', default: '8', help: 'clips a step' },
    'max-length': { type: 'string', value: 'N', default: '512', help: 'frames of an input, 100 a second' },
    'head-only': { type: 'boolean', help: 'train the last layer alone: every clip goes through the rest once' },
    freeze: { type: 'string', value: 'N', help: 'leave the lowest N blocks as they are' },
    lora: { type: 'boolean', help: 'train a low-rank adapter; it is also saved by itself, in adapter/' },
    masking: { type: 'boolean', help: 'hide a random band of pitches and span of time of every clip' },
    'gradient-checkpointing': { type: 'boolean', help: 'a third more work for much less memory' },
    'on-unreadable': {
      type: 'string',
      value: 'WHAT',
      default: 'throw',
      help: 'throw or skip: a recording that cannot be read',
    },
    seed: { type: 'string', value: 'N', default: '42', help: 'order of the clips, the random split, new weights' },
    resume: { type: 'boolean', help: 'go on from the newest checkpoint in --out, if there is one' },
    overwrite: { type: 'boolean', help: 'begin anew where --out has checkpoints, which are deleted' },
    backend: sharedOptions.backend,
    threads: sharedOptions.threads,
    json: { ...sharedOptions.json, help: 'print what report.json says' },
  },
  notes:
    'DATASET is a directory, an id on the Hub, or synthetic. It is tested by fold where it has folds, else by its split test or\n' +
    'validation, else on a part taken at random, with all clips of one source recording on one side.\n' +
    'Ctrl-C ends a run with a checkpoint, and the same command with --resume goes on.',
  async run(operands, values) {
    const { out, seed, json, resume, overwrite } = values;
    const ways = (['head-only', 'freeze', 'lora'] as const).filter((way) => values[way]);
    if (ways.length > 1) throw new UsageError(`--${ways.join(' and --')}: choose one.`);
    if (resume && overwrite) throw new UsageError('--resume goes on and --overwrite begins anew: choose one.');
    if (values['head-only'] && values.masking)
      throw new UsageError('--head-only has every clip go through the model once, so there is nothing to mask.');
    const settings: FinetuneSettings = {
      dataset: onlyOperand('finetune', 'data set', operands),
      model: values.model,
      out,
      config: values.config,
      labelColumn: values['label-column'],
      fold: values.fold === undefined ? undefined : integer('fold', values.fold, 1),
      testSize: number('test-size', values['test-size'], 'a share in (0, 1)', (share) => share > 0 && share < 1),
      epochs: number('epochs', values.epochs, 'a positive number', (epochs) => epochs > 0),
      learningRate: number(
        'learning-rate',
        values['learning-rate'] ?? usualRate(values.model, values['head-only'] || values.lora),
        'a positive number',
        (rate) => rate > 0,
      ),
      batchSize: integer('batch-size', values['batch-size'], 1),
      maxLength: integer('max-length', values['max-length'], values.masking ? maskedFrames : 16),
      headOnly: values['head-only'],
      frozenBlocks: values.freeze === undefined ? 0 : integer('freeze', values.freeze, 1),
      lora: values.lora,
      maskedFrames: values.masking ? maskedFrames : 0,
      gradientCheckpointing: values['gradient-checkpointing'],
      onUnreadable: choice('on-unreadable', values['on-unreadable'], ['throw', 'skip']),
      seed: number('seed', seed, 'an integer', Number.isSafeInteger),
      resume,
      overwrite,
      backend: values.backend,
      threads: values.threads,
    };
    return runFinetune(settings, json);
  },
});

/** Less that moves wants a higher rate, and so do new weights. */
function usualRate(model: string, movesLittle: boolean): string {
  const ofNewModels: Record<string, string> = { tiny: '2e-3', small: '5e-4' };
  return (Object.hasOwn(ofNewModels, model) ? ofNewModels[model] : undefined) ?? (movesLittle ? '1e-3' : '1e-4');
}
