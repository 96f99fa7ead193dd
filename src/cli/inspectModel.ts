import { openWeights, readSettings } from '../ast/checkpointFiles.js';
import { checkTensors } from '../ast/checkTensors.js';
import { parameterShapes } from '../ast/parameters.js';
import { openRepository } from '../hub/index.js';
import { defineCommand } from './command.js';
import { onlyOperand, printJson, sharedOptions } from './options.js';

export const inspectModel = defineCommand({
  name: 'inspect-model',
  operands: 'ID',
  summary: 'Sizes, labels and feature settings of a checkpoint, and whether its tensors fit.',
  options: { json: sharedOptions.json },
  notes: 'ID is a directory, an id on the Hub or a URL. Reads no weights.',
  run: async (operands, { json }) => printModel(onlyOperand('inspect-model', 'checkpoint', operands), json),
});

/** @throws {CheckpointError} when it is not whole: a file is missing or malformed, or tensors do not fit the config */
async function printModel(model: string, json: boolean): Promise<number> {
  const repository = await openRepository(model);
  const { source, extractorConfig } = await readSettings(repository);
  const { config, labels } = source;
  const shapes = parameterShapes(config, labels.length);
  const file = await openWeights(repository);
  await file.close();
  checkTensors(file.tensors, shapes, `${repository.name}: the weights do not fit config.json.`);

  const sizes = [...shapes.values()].map((shape) => shape.reduce((product, side) => product * side, 1));
  const dtypes = [...new Set([...file.tensors.values()].map(({ dtype }) => dtype))];
  const { samplingRate, mean, std, doNormalize } = extractorConfig;
  const description = {
    model: repository.name,
    parameters: sizes.reduce((sum, size) => sum + size, 0),
    dtypes,
    config,
    extractor: { samplingRate, doNormalize, mean, std },
    labels,
  };
  if (json) printJson(description);
  else {
    const rows: [string, string | number][] = [
      ['model', repository.name],
      ['parameters', `${description.parameters} (${dtypes.join(', ')}, ${file.tensors.size} tensors)`],
      ['window', `${config.maxLength} frames, ${config.maxLength / 100} s`],
      ...Object.entries(config).map(([key, value]): [string, string] => [key, String(value)]),
      ['features', `${samplingRate} Hz, ${doNormalize ? `mean ${mean}, std ${std}` : 'not normalised'}`],
      ['labels', `${labels.length}: ${labels.slice(0, 20).join(', ')}${labels.length > 20 ? ', …' : ''}`],
    ];
    process.stdout.write(rows.map(([key, value]) => `${key.padEnd(27)}${value}\n`).join(''));
  }
  return 0;
}
