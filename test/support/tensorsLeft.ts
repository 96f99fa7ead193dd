import * as tf from '@tensorflow/tfjs-core';

/** Runs `body` and returns how many tensors it left behind. */
export async function tensorsLeft(body: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  await body();
  return tf.memory().numTensors - before;
}
