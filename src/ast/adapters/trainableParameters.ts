import type * as tf from '@tensorflow/tfjs-core';

/** Of how many numbers a model consists, and how many of them training moves. */
export interface TrainableParameters {
  trained: number;
  total: number;
  /** trained / total, [0, 1]. */
  share: number;
}

/**
 * Counts parameters, as `print_trainable_parameters` of PEFT: with an adapter, `total` are the base model's and the adapter's.
 *
 * @example
 * ```ts
 * const { trained, total, share } = trainableParameters(addLora(model));
 * console.log(`${trained} of ${total} parameters are trained (${(100 * share).toFixed(2)} %)`);
 * ```
 */
export function trainableParameters(model: {
  parameters(): Map<string, tf.Variable>;
  /** The model under an adapter. */
  readonly base?: { parameters(): Map<string, tf.Variable> };
}): TrainableParameters {
  const own = [...model.parameters().values()];
  const all = new Set([...own, ...(model.base?.parameters().values() ?? [])]);
  const count = (variables: Iterable<tf.Variable>): number => [...variables].reduce((sum, { size }) => sum + size, 0);
  const trained = count(own.filter(({ trainable }) => trainable));
  const total = count(all);
  return { trained, total, share: trained / total };
}
