import type { TensorInfo } from '@tensorflow/tfjs-core';
import { microsoftNode, type Node } from '../../onnx/index.js';
import type { OnnxruntimeBackend } from './backend.js';
import type { Operand } from './binding.js';
import { floats, type Kernel, type KernelTable, sizeOf } from './kernel.js';

/** The bytes [in, out] that `QuantizedWeight` packs into int32 [in, out / 4]. */
export function unpackWeight(backend: OnnxruntimeBackend, packed: TensorInfo): Operand {
  const { buffer, byteOffset, byteLength } = backend.valuesOf(packed);
  const [input, quarter] = packed.shape as [number, number];
  return { values: new Uint8Array(buffer, byteOffset, byteLength), shape: [input, 4 * quarter] };
}

/** What stands for 0 in a `QuantizedWeight`: the constant of a graph that {@link quantizedProduct} refers to. */
export const weightZero = { weightZero: { uint8: 128 } };

/** x · weight + bias, with `x` rounded to 8 bits over its range; these are the names in a graph. */
export const quantizedProduct = (x: string, weight: string, scale: string, bias: string | undefined, y: string): Node =>
  microsoftNode('DynamicQuantizeMatMul', [x, weight, scale, 'weightZero', ...(bias ? [bias] : [])], y);

/** Inputs are quantized item by item, so that a clip gives the same whatever stands beside it in the batch. */
const quantizedLinear: Kernel = (backend, { x, weight, scale, bias }) => {
  const [batch, ...rest] = x!.shape as [number, ...number[]];
  const input = weight!.shape[0]!;
  const out = scale!.shape[0]!;
  const y = backend.allocate([batch, ...rest.slice(0, -1), out]);
  const rows = sizeOf(x!) / batch / input;
  const graph = () => ({
    inputs: { ...floats('x', 'scale', ...(bias ? ['bias'] : [])), weight: 'uint8' as const },
    outputs: ['y'],
    constants: weightZero,
    nodes: [quantizedProduct('x', 'weight', 'scale', bias ? 'bias' : undefined, 'y')],
  });
  for (let item = 0; item < batch; item++)
    backend.run(
      bias ? 'AstQuantizedLinear bias' : 'AstQuantizedLinear',
      graph,
      {
        x: backend.part(x!, item * rows * input, [rows, input]),
        weight: unpackWeight(backend, weight!),
        scale: scale!,
        ...(bias && { bias }),
      },
      { y: backend.part(y, item * rows * out, [rows, out]) },
    );
  return y;
};

export const quantized: KernelTable = { AstQuantizedLinear: quantizedLinear };
