import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from './kernel.js';

/** The matrices of a batch: [batch, m, n] -> batch x [m, n]. */
const unstack = defineKernel('AstUnstack', ({ x }: { x: tf.Tensor }) => tf.unstack(x));

tf.registerGradient({
  kernelName: 'AstUnstack',
  gradFunc: (dys) => ({ x: () => tf.stack(dys as tf.Tensor[]) }),
});

/**
 * Product of two matrices, or of two batches of them: [m, k] x [k, n], or [batch, m, k] x [batch, k, n].
 *
 * The wasm backend has one fast path: two plain matrices, neither transposed (XNNPACK). Everything else runs there in
 * scalar loops, fifteen times slower, so on wasm a batch becomes a loop and a transpose is made in memory first.
 *
 * @example
 * ```ts
 * const product = matMul(a, b, false, true); // a · bᵀ
 * ```
 */
export function matMul<T extends tf.Tensor2D | tf.Tensor3D>(a: T, b: T, transposeA = false, transposeB = false): T {
  if (tf.getBackend() !== 'wasm') return tf.matMul(a, b, transposeA, transposeB) as T;
  return tf.tidy(() => {
    if (a.rank === 2) return plainMatMul(a as tf.Tensor2D, b as tf.Tensor2D, transposeA, transposeB) as T;
    const right = unstack({ x: b }, {}) as tf.Tensor2D[];
    const products = (unstack({ x: a }, {}) as tf.Tensor2D[]).map((left, i) =>
      plainMatMul(left, right[i]!, transposeA, transposeB),
    );
    return tf.stack(products) as T;
  });
}

function plainMatMul(a: tf.Tensor2D, b: tf.Tensor2D, transposeA: boolean, transposeB: boolean): tf.Tensor2D {
  return tf.tidy(() => tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b));
}
