import * as tf from '@tensorflow/tfjs-core';

/** Gradients by parameter name. */
export type Gradients = Map<string, tf.Tensor>;

/**
 * Loss and gradients of a function of parameters. The caller disposes them.
 *
 * @throws {Error} when no trainable parameter reaches the loss
 *
 * @example
 * ```ts
 * const { loss, gradients } = valueAndGradients(model.parameters(), () => crossEntropy(model.forward(x).logits, labels));
 * ```
 */
export function valueAndGradients(
  parameters: ReadonlyMap<string, tf.Variable>,
  loss: () => tf.Scalar,
): { loss: tf.Scalar; gradients: Gradients } {
  const { value, grads } = withCleanTape(() => tf.variableGrads(loss, [...parameters.values()]));
  const gradients: Gradients = new Map();
  for (const [name, parameter] of parameters) {
    const gradient = grads[parameter.name];
    if (gradient) gradients.set(name, gradient);
  }
  return { loss: value, gradients };
}

/** TensorFlow.js frees what the tape saved after the backward pass only; a forward pass that throws would leave it behind. */
function withCleanTape<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const { state } = tf.engine();
    for (const node of state.activeTape ?? []) tf.dispose(node.saved ?? []);
    state.activeTape = [];
    throw error;
  }
}

/** Adds `more` into `total`, scaled; disposes what it replaces and `more`. */
export function accumulate(total: Gradients | undefined, more: Gradients, scale: number): Gradients {
  const sum: Gradients = new Map();
  for (const [name, gradient] of more) {
    const before = total?.get(name);
    sum.set(
      name,
      tf.tidy(() => {
        const scaled = scale === 1 ? gradient : tf.mul(gradient, scale);
        return before ? tf.add(before, scaled) : scaled.clone();
      }),
    );
    before?.dispose();
    gradient.dispose();
  }
  return sum;
}

/** √(Σ g²) over all gradients together, a scalar. */
export function globalNorm(gradients: Gradients): tf.Scalar {
  return tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)) as tf.Scalar);
    return tf.sqrt(tf.addN(squares));
  });
}

/**
 * Scales gradients so that their global norm is at most `maxNorm`, as torch's `clip_grad_norm_`; disposes the given ones.
 *
 * @param norm their global norm
 */
export function clipByGlobalNorm(gradients: Gradients, norm: number, maxNorm: number): Gradients {
  const factor = maxNorm / (norm + 1e-6);
  if (factor >= 1) return gradients;
  const clipped: Gradients = new Map();
  for (const [name, gradient] of gradients) {
    clipped.set(name, tf.mul(gradient, factor));
    gradient.dispose();
  }
  return clipped;
}
