import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Graph } from '../../onnx/index.js';
import type { OnnxruntimeBackend } from './backend.js';
import type { Operand } from './binding.js';
import { sizeOf } from './kernel.js';

/** Elements of a part of an element-wise graph with many steps: 256 kB an operand. */
export const PART = 65_536;

/**
 * Runs an element-wise graph part by part, so that what is between its steps never leaves the cache.
 *
 * @param inputs tensors of the size of the outputs
 * @param scalars what every part gets as it is
 * @param length elements of a part
 */
export function runInParts(
  backend: OnnxruntimeBackend,
  name: string,
  graph: () => Graph,
  inputs: Record<string, TensorInfo>,
  outputs: Record<string, TensorInfo>,
  scalars: Record<string, Operand> = {},
  length = PART,
): void {
  const size = sizeOf(Object.values(outputs)[0]!);
  for (let start = 0; start < size; start += length) {
    const part = (tensor: TensorInfo) => backend.part(tensor, start, [Math.min(length, size - start)]);
    const parts = (tensors: Record<string, TensorInfo>) =>
      Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, part(tensor)]));
    backend.run(name, graph, { ...parts(inputs), ...scalars }, parts(outputs));
  }
}
