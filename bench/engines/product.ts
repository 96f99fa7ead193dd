/** A product of matrices on a backend of TensorFlow.js: a [m, k] x b [k, n], or batches of them. */
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useBackend } from '../../src/backends/index.js';
import { matMul } from '../../src/ops/index.js';
import { noise } from './noise.js';
import { serve } from './serve.js';

interface Task {
  backend: BackendName;
  a: number[];
  b: number[];
  transposeA: boolean;
  transposeB: boolean;
}

await serve(async ({ backend, a, b, transposeA, transposeB }: Task) => {
  await useBackend(backend);
  const tensor = (shape: number[]) =>
    tf.tensor<tf.Rank.R3>(noise(shape.reduce((x, y) => x * y)), shape as [number, number, number]);
  const [left, right] = [tensor(a), tensor(b)];
  const values = matMul(left, right, transposeA, transposeB).dataSync();
  return {
    // These backends have computed a product when they return it; reading it would copy it on one and not on the other.
    run() {
      matMul(left, right, transposeA, transposeB).dispose();
      return values;
    },
  };
});
