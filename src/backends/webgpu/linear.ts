import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { type Kernel, type KernelTable, sizeOf } from './program.js';

/** The backend's own product, which transposes as it reads and adds the bias before it writes: one dispatch, not two. */
const linear: Kernel = (backend, { x, weight, bias }) => {
  const [out, width] = weight!.shape as [number, number];
  const rows = { ...x!, shape: [sizeOf(x!.shape) / width, width] }; // [..., in] -> [rows, in]
  const product = getKernel('_FusedMatMul', 'webgpu')!.kernelFunc({
    inputs: { a: rows, b: weight!, ...(bias && { bias }) },
    attrs: { transposeA: false, transposeB: true, activation: 'linear' } as never,
    backend,
  }) as TensorInfo;
  return { ...product, shape: [...x!.shape.slice(0, -1), out] };
};

export const linears: KernelTable = { AstLinear: linear };
