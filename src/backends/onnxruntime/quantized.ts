import type { TensorInfo } from '@tensorflow/tfjs-core';
import { microsoftNode } from '../../onnx/index.js';
import type { OnnxruntimeBackend } from './backend.js';
import type { Operand } from './binding.js';
import { floats, type Kernel, type KernelTable, sizeOf } from './kernel.js';

/** The int8 values [in, out] that `QuantizedWeight` packs into int32 [in, out / 4]. */
export function int8Weight(backend: OnnxruntimeBackend, packed: TensorInfo): Operand {
  const { buffer, byteOffset, byteLength } = backend.valuesOf(packed);
  const [input, quarter] = packed.shape as [number, number];
  return { values: new Int8Array(buffer, byteOffset, byteLength), shape: [input, 4 * quarter] };
}

/** Inputs are quantized item by item, so that a clip gives the same whatever stands beside it in the batch. */
const quantizedLinear: Kernel = (backend, { x, weight, scale, bias }) => {
  const [batch, ...rest] = x!.shape as [number, ...number[]];
  const input = weight!.shape[0]!;
  const out = scale!.shape[0]!;
  const y = backend.allocate([batch, ...rest.slice(0, -1), out]);
  const rows = sizeOf(x!) / batch / input;
  const inputs = ['x', 'weight', 'scale', '', ...(bias ? ['bias'] : [])];
  const graph = () => ({
    inputs: { ...floats('x', 'scale', ...(bias ? ['bias'] : [])), weight: 'int8' as const },
    outputs: ['y'],
    nodes: [microsoftNode('DynamicQuantizeMatMul', inputs, 'y')],
  });
  for (let item = 0; item < batch; item++)
    backend.run(
      bias ? 'AstQuantizedLinear bias' : 'AstQuantizedLinear',
      graph,
      {
        x: backend.part(x!, item * rows * input, [rows, input]),
        weight: int8Weight(backend, weight!),
        scale: scale!,
        ...(bias && { bias }),
      },
      { y: backend.part(y, item * rows * out, [rows, out]) },
    );
  return y;
};

export const quantized: KernelTable = { AstQuantizedLinear: quantizedLinear };
