import * as tf from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import { defineKernel } from './kernel.js';

/** The kernel a backend brings for products with int8 weights; there is none composed of others. */
const KERNEL = 'AstQuantizedLinear';

const noKernel = (): BackendError =>
  new BackendError(
    `int8 weights need a backend with products of int8, and '${tf.getBackend()}' has none. ` +
      "Call await useBackend('onnxruntime') first, or load the model without dtype: 'int8'.",
  );

type Inputs = { x: tf.Tensor; weight: tf.Tensor; scale: tf.Tensor; bias?: tf.Tensor | undefined };

const runQuantizedLinear = defineKernel(KERNEL, (_: Inputs): tf.Tensor => {
  throw noKernel();
});

/** Throws a BackendError when the active backend cannot compute {@link quantizedLinear}. */
export function requireQuantizedLinear(): void {
  if (!tf.getKernel(KERNEL, tf.getBackend())) throw noKernel();
}

/**
 * A weight [out, in] in 8 bits: transposed, four values in each int32, with one scale an output. The values have no sign, 128 stands
 * for 0: processors without VNNI add products with signed weights in 16 bits, where they overflow, and nobody is told.
 */
export interface QuantizedWeight {
  /** [in, out / 4] of int32; its bytes are the weights [in, out] as uint8, plus {@link WEIGHT_ZERO}. */
  packed: Int32Array;
  /** What 1 stands for in each output, [out]. */
  scale: Float32Array;
}

/** What stands for 0 in a weight of 8 bits. */
export const WEIGHT_ZERO = 128;

/** Rounds weights to -127 … 127 of the largest in each output. `out` is a multiple of 4. */
export function quantizeWeight(weight: Float32Array, out: number, input: number): QuantizedWeight {
  const values = new Uint8Array(input * out);
  const scale = new Float32Array(out);
  for (let o = 0; o < out; o++) {
    let largest = 0;
    for (let i = 0; i < input; i++) largest = Math.max(largest, Math.abs(weight[o * input + i]!));
    scale[o] = largest / 127;
    const factor = largest > 0 ? 127 / largest : 0;
    for (let i = 0; i < input; i++) values[i * out + o] = WEIGHT_ZERO + Math.round(weight[o * input + i]! * factor);
  }
  return { packed: new Int32Array(values.buffer), scale };
}

/**
 * `linear` with int8 weights: the input is rounded to 8 bits over the range of each batch item, the product is exact.
 * For inference only.
 *
 * @param x [batch, ..., in]
 * @param weight packed as in {@link QuantizedWeight}, [in, out / 4]
 * @param scale [out]
 * @param bias [out]
 * @returns [batch, ..., out]
 */
export function quantizedLinear(x: tf.Tensor, weight: tf.Tensor, scale: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  return runQuantizedLinear({ x, weight, scale, bias }, {});
}
