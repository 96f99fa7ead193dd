import * as tf from '@tensorflow/tfjs-core';
import type { TrainableModel } from './model.js';

/** Values of parameters by name. */
export type Weights = Map<string, tf.Tensor>;

/**
 * The parameters as they are now, or as `others` has them. What does not move afterwards takes no memory of its own. The
 * caller disposes them.
 */
export const keepWeights = (model: TrainableModel, others?: ReadonlyMap<string, tf.Tensor>): Weights =>
  new Map(
    [...model.parameters()].map(([name, parameter]) => [name, tf.keep((others?.get(name) ?? parameter).clone())]),
  );

/** Sets the parameters to kept values, and frees these. */
export function putWeights(model: TrainableModel, weights: Weights): void {
  for (const [name, parameter] of model.parameters()) parameter.assign(weights.get(name)!);
  disposeWeights(weights);
}

/** Those of the kept values that are not the model's: the others are found in its own checkpoint. */
export function differingWeights(model: TrainableModel, weights: Weights): Weights {
  const parameters = model.parameters();
  return new Map([...weights].filter(([name, kept]) => !isSame(kept, parameters.get(name)!)));
}

/** Whether two tensors are the same values in memory: a parameter that moves gets new ones. */
export const isSame = (a: tf.Tensor, b: tf.Tensor): boolean => a.dataId === b.dataId;

/** Frees kept values. */
export const disposeWeights = (weights: Weights | undefined): void => tf.dispose([...(weights?.values() ?? [])]);
