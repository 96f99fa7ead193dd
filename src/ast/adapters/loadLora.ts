import type * as tf from '@tensorflow/tfjs-core';
import { CheckpointError } from '../../errors.js';
import { openRepository, openSafetensors, type RepositoryOptions, type SafetensorsFile } from '../../hub/index.js';
import { checkTensors } from '../checkTensors.js';
import type { ASTForAudioClassification } from '../model.js';
import { makeVariable } from '../pretrained.js';
import { parseAdapterConfig } from './adapterConfigFile.js';
import { adapterFiles, attachLora, expectNoAdapter, type LoraModel, peftPrefix } from './lora.js';
import { adapterShapes, type LoraConfig } from './loraConfig.js';

/**
 * Puts a saved adapter on the model it was trained on: one that `savePretrained` of {@link addLora} wrote, or PEFT for the model of
 * transformers. It can be trained further. On a model with `dtype: 'int8'` it is for inference.
 *
 * @param model loaded as the adapter's base was: with the same `labels`, where the head is part of the adapter
 * @param idOrPath a directory, an id on the Hugging Face Hub, or a URL
 * @throws {CheckpointError} when a file is missing or malformed, or the adapter is of another model; the message says where they differ
 * @throws {HubError} when the Hub does not give a file
 *
 * @example
 * ```ts
 * const model = await ASTForAudioClassification.fromPretrained('MIT/ast-finetuned-audioset-10-10-0.4593', { labels, maxLength: 512 });
 * const lora = await loadLora(model, 'my-adapter');
 * console.log(await new AudioClassifier(model).classify('dog.wav'));
 * ```
 */
export async function loadLora(
  model: ASTForAudioClassification,
  idOrPath: string,
  options: RepositoryOptions = {},
): Promise<LoraModel> {
  expectNoAdapter(model);
  const repository = await openRepository(idOrPath, options);
  for (const path of Object.values(adapterFiles))
    if (!(await repository.has(path)))
      throw new CheckpointError(
        `${repository.name} has no ${path}. An adapter is a directory or repository with ` +
          `${Object.values(adapterFiles).join(' and ')}, as PEFT's save_pretrained writes it.`,
      );
  const config = parseAdapterConfig(await repository.readJson(adapterFiles.config), repository.name);
  const file = await openSafetensors(await repository.open(adapterFiles.weights));
  try {
    checkFits(file, model, config, repository.name);
    return attachLora(model, config, await readParameters(file));
  } finally {
    await file.close();
  }
}

function checkFits(file: SafetensorsFile, model: ASTForAudioClassification, config: LoraConfig, name: string): void {
  const labels = file.metadata['labels'];
  if (labels !== undefined && labels !== JSON.stringify(model.labels))
    throw new CheckpointError(
      `${name}: the adapter tells the classes ${labels} apart, the model ${JSON.stringify(model.labels)}; ` +
        'load the model with { labels } of the adapter.',
    );
  try {
    const shapes = adapterShapes(model, config);
    const expected = new Map([...shapes].map(([parameter, shape]) => [peftPrefix + parameter, shape]));
    checkTensors(file.tensors, expected, `${name}: the adapter is of another model.`);
  } catch (error) {
    if (error instanceof RangeError)
      throw new CheckpointError(`${name}: the adapter is of another model. ${error.message}`);
    throw error;
  }
}

async function readParameters(file: SafetensorsFile): Promise<Map<string, tf.Variable>> {
  const parameters = new Map<string, tf.Variable>();
  try {
    for await (const [name, { shape, data }] of file.readAll())
      parameters.set(name.slice(peftPrefix.length), makeVariable(data, shape));
    return parameters;
  } catch (error) {
    for (const parameter of parameters.values()) parameter.dispose();
    throw error;
  }
}
