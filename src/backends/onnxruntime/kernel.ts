import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { ElementType } from '../../onnx/index.js';
import type { OnnxruntimeBackend } from './backend.js';

export type Inputs = Readonly<Record<string, TensorInfo>>;
/** Attributes as the op of TensorFlow.js gives them; a kernel knows its own. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** Computes a kernel, or returns `undefined` where TensorFlow.js' own in JavaScript has to. */
export type Kernel = (
  backend: OnnxruntimeBackend,
  inputs: Inputs,
  attributes: KernelAttributes,
) => TensorInfo | TensorInfo[] | undefined;

/** Kernels by the names of TensorFlow.js. */
export type KernelTable = Readonly<Record<string, Kernel>>;

export const sizeOf = ({ shape }: { shape: readonly number[] }): number => util.sizeFromShape([...shape]);

/** Whether tensors are float32, not empty, and together large enough for a call of ONNX Runtime to pay. */
export function worthwhile(backend: OnnxruntimeBackend, ...tensors: readonly TensorInfo[]): boolean {
  const sizes = tensors.map(sizeOf);
  return (
    tensors.every(({ dtype }) => dtype === 'float32') &&
    Math.min(...sizes) > 0 &&
    Math.max(...sizes) >= backend.options.smallTensor
  );
}

/** Inputs of a graph that are all float32. */
export const floats = <Name extends string>(...names: Name[]): Record<Name, ElementType> =>
  Object.fromEntries(names.map((name) => [name, 'float32'])) as Record<Name, ElementType>;

/** A list of integers as an operand of a graph: axes, sizes, offsets. */
export const integers = (values: readonly number[]) => ({
  values: BigInt64Array.from(values, BigInt),
  shape: [values.length],
});
