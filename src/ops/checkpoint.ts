import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradient checkpointing ([Chen et al. 2016](https://arxiv.org/abs/1604.06174)): computes `f(x)` without keeping what is
 * inside it, and computes it again in the backward pass.
 *
 * @param f a function of `x` and `parameters` that gives the same result each time: dropout takes its seed from outside
 * @param parameters what `f` uses beside `x` and needs a gradient
 * @example
 * ```ts
 * const y = checkpoint((input) => block(parameters, input), x, [...trainableParameters]);
 * ```
 */
export function checkpoint(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, parameters: readonly tf.Tensor[]): tf.Tensor {
  const forward = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = inputs.at(-1) as tf.GradSaveFunc;
    const input = inputs[0] as tf.Tensor;
    save([input]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] =>
      onOwnTape(() => tf.engine().gradients(() => f(saved[0]!), [saved[0]!, ...parameters], dy).grads);
    return { value: f(input), gradFunc };
  });
  return forward(x, ...parameters);
}

/** The engine clears its one tape after a backward pass; the pass around this one still needs its own. */
function onOwnTape<T>(run: () => T): T {
  const { state } = tf.engine();
  const outer = state.activeTape;
  try {
    return run();
  } finally {
    state.activeTape = outer;
  }
}
