import { engine } from '@tensorflow/tfjs-core';

/**
 * Runs `compute` without recording it for a backward pass, as torch.no_grad: nothing inside it is kept, and no gradient
 * flows through its result. TensorFlow.js records whatever runs inside `tf.grads`, also where nothing is to be trained.
 *
 * @example
 * ```ts
 * const { grads } = tf.variableGrads(() => head(noGrad(() => encoder(x))));
 * ```
 */
export function noGrad<T>(compute: () => T): T {
  const { state } = engine();
  // How the engine itself stops recording, while a kernel runs.
  state.kernelDepth++;
  try {
    return compute();
  } finally {
    state.kernelDepth--;
  }
}
