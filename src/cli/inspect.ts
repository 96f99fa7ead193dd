import { platform } from '#platform';
import { getDatasetSplitNames, inspect as inspectDataset, loadDataset } from '../datasets/index.js';
import { defineCommand } from './command.js';
import { datasetOptions, number, onlyOperand, printJson, sharedOptions } from './options.js';

export const inspect = defineCommand({
  name: 'inspect',
  operands: 'DATASET',
  summary: 'What could spoil training with a data set: silence, clipping, duplicates, unreadable files …',
  options: {
    ...datasetOptions,
    'silence-db': { type: 'string', value: 'DB', default: '-60', help: 'the level below which a clip is silent' },
    json: sharedOptions.json,
  },
  notes:
    'DATASET is a directory, an id on the Hub, or synthetic. Reads every clip of all splits, unless --split chooses.\n' +
    'The exit code is 1 when a clip cannot be read.',
  async run(operands, { config, split, json, ...values }) {
    const dataset = onlyOperand('inspect', 'data set', operands);
    const silenceDb = number('silence-db', values['silence-db'], 'a number of dB below 0', (level) => level < 0);
    const options = { config, labelColumn: values['label-column'] };
    const splits = split ?? (await getDatasetSplitNames(dataset, options)).join('+');
    const clips = await loadDataset(dataset, { ...options, ...(splits !== '' && { split: splits }) });
    const bar = await platform.openProgressBar();
    const inspection = await inspectDataset(clips, {
      silenceDb,
      onProgress: (done, total) => bar?.update(done, total, clips.name),
    }).finally(() => bar?.stop());
    if (json) printJson(inspection);
    else process.stdout.write(`${inspection}\n`);
    return inspection.unreadable.length > 0 ? 1 : 0;
  },
});
