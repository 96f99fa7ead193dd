import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { getKernel, registerKernel, type Tensor4D, type TensorInfo } from '@tensorflow/tfjs-core';
import { conv2DBackpropFilter } from './wasmConvolution.js';

/** Loads the wasm backend, and the kernels this library brings for it. */
export async function loadWasm(): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  if (getKernel('AstUnstack', 'wasm')) return;
  registerKernel({
    kernelName: 'AstUnstack',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => unstack(inputs['x'] as TensorInfo, backend as BackendWasm),
  });
  // A version of the backend that brings this kernel keeps its own.
  if (getKernel('Conv2DBackpropFilter', 'wasm')) return;
  registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      conv2DBackpropFilter(inputs['x'] as Tensor4D, inputs['dy'] as Tensor4D, attrs as never),
  });
}

/** One copy a matrix. The backend's own Unpack reads the whole tensor out of the heap again for each of them. */
function unstack(x: TensorInfo, backend: BackendWasm): TensorInfo[] {
  const [batch, ...shape] = x.shape as [number, ...number[]];
  const size = shape.reduce((product, side) => product * side, 1);
  const matrices = Array.from({ length: batch }, () => backend.makeOutput(shape, 'float32'));
  // Views of the heap are taken after the last allocation: growing it detaches those from before.
  const source = backend.typedArrayFromHeap(x);
  for (const [i, matrix] of matrices.entries())
    backend.typedArrayFromHeap(matrix).set(source.subarray(i * size, (i + 1) * size));
  return matrices;
}
