import * as tf from '@tensorflow/tfjs-core';
import type { FeatureExtractor } from '../audio/index.js';
import { CheckpointError } from '../errors.js';
import { openSafetensors, type SafetensorsFile, writeSafetensors } from '../hub/index.js';
import type { FileSystem } from '../platform/platform.js';
import type { TrainableModel } from './model.js';

const modelFile = 'model.safetensors';
const parametersFile = 'parameters.safetensors';

/**
 * Writes a model as it writes itself, so that it can be loaded from there, and its parameters where that does not hold them
 * all under their names: an adapter, say, is saved without what it adapts.
 */
export async function writeModel(
  files: FileSystem,
  directory: string,
  model: TrainableModel,
  extractorConfig: FeatureExtractor['config'],
): Promise<void> {
  await model.savePretrained?.(directory, extractorConfig && { extractorConfig });
  const parameters = model.parameters();
  if (!(await holdsAll(files, files.join(directory, modelFile), parameters)))
    await writeTensors(files.join(directory, parametersFile), parameters);
}

/** Sets a model's parameters to those of a checkpoint. */
export async function readModel(files: FileSystem, directory: string, model: TrainableModel): Promise<void> {
  const parameters = model.parameters();
  const own = files.join(directory, parametersFile);
  const path = (await files.stat(own)) ? own : files.join(directory, modelFile);
  const file = await openSafetensors(await files.open(path));
  try {
    const odd = misfits(file, parameters);
    if (odd.length > 0)
      throw new CheckpointError(`${path} has not the parameters of the model: ${odd.slice(0, 6).join(', ')}.`, odd);
    for (const [name, parameter] of parameters) {
      const { data, shape } = await file.read(name);
      tf.tidy(() => parameter.assign(tf.tensor(data, shape)));
    }
  } finally {
    await file.close();
  }
}

async function holdsAll(files: FileSystem, path: string, parameters: ReadonlyMap<string, tf.Tensor>): Promise<boolean> {
  if (!(await files.stat(path))) return false;
  const file = await openSafetensors(await files.open(path));
  try {
    return misfits(file, parameters).length === 0;
  } finally {
    await file.close();
  }
}

/** Parameters that a file does not hold as they are. */
function misfits({ tensors }: SafetensorsFile, parameters: ReadonlyMap<string, tf.Tensor>): string[] {
  return [...parameters].flatMap(([name, { shape }]) => {
    const found = tensors.get(name);
    return found?.dtype === 'F32' && found.shape.join() === shape.join() ? [] : [name];
  });
}

/** Writes float32 tensors by name. */
export async function writeTensors(path: string, tensors: Iterable<readonly [string, tf.Tensor]>): Promise<void> {
  const values: [string, { shape: number[]; data: Float32Array }][] = [];
  for (const [name, tensor] of tensors) {
    if (tensor.dtype !== 'float32')
      throw new CheckpointError(`${path}: ${name} is of ${tensor.dtype}; a checkpoint holds tensors of float32.`, [
        name,
      ]);
    values.push([name, { shape: tensor.shape, data: (await tensor.data()) as Float32Array }]);
  }
  await writeSafetensors(path, values);
}

/** Reads tensors that {@link writeTensors} wrote; the caller disposes them. */
export async function readTensors(files: FileSystem, path: string): Promise<Map<string, tf.Tensor>> {
  const file = await openSafetensors(await files.open(path));
  try {
    const tensors = new Map<string, tf.Tensor>();
    for await (const [name, { data, shape }] of file.readAll()) tensors.set(name, tf.tensor(data, shape));
    return tensors;
  } finally {
    await file.close();
  }
}
