import '@tensorflow/tfjs-backend-cpu';
import {
  findBackend,
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  registerBackend,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { OnnxruntimeOptions } from '../backend.js';
import { activations } from './activations.js';
import { attentions } from './attention.js';
import { listShapes, OnnxruntimeBackend } from './backend.js';
import { batchNorms } from './batchNorm.js';
import { checkVersion } from './binding.js';
import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { defaultPoolBytes, physicalCores } from './machine.js';
import { matMuls } from './matMul.js';
import { NAME } from './options.js';
import { pooling } from './pooling.js';
import { quantized } from './quantized.js';
import { reductions } from './reductions.js';
import { selfTest } from './selfTest.js';
import { shapes } from './shapes.js';
import { transformer } from './transformer.js';

/** Every kernel that ONNX Runtime computes, by the names of TensorFlow.js; docs/backends.md has the table. */
export const kernels: KernelTable = {
  ...elementwise,
  ...activations,
  ...reductions,
  ...matMuls,
  ...shapes,
  ...convolutions,
  ...pooling,
  ...batchNorms,
  ...transformer,
  ...attentions,
  ...quantized,
};

/**
 * Registers the backend, unless it runs already: every kernel of the CPU backend under its name, and over them those of
 * ONNX Runtime.
 *
 * @param options as `checkOptions` accepts them
 * @throws {BackendError} when onnxruntime-node is of another version or does not work
 */
export function registerOnnxruntime(options: OnnxruntimeOptions = {}): void {
  if (findBackend(NAME)) return;
  checkVersion();
  selfTest();
  const { threads = physicalCores(), poolBytes = defaultPoolBytes(), smallTensor = 1024 } = options;
  registerBackend(NAME, () => new OnnxruntimeBackend({ threads, poolBytes, smallTensor }));
  // Kernels outlive a backend that is removed, and TensorFlow.js warns when they are registered again.
  if (getKernel('Add', NAME)) return;
  const fallbacks = new Map(getKernelsForBackend('cpu').map((config) => [config.kernelName, config]));
  for (const kernelName of new Set([...fallbacks.keys(), ...Object.keys(kernels)])) {
    const config = fallbacks.get(kernelName);
    registerKernel({
      ...config,
      kernelName,
      backendName: NAME,
      kernelFunc: kernelFunction(kernels[kernelName], config),
    });
  }
}

type KernelCall = Parameters<KernelConfig['kernelFunc']>[0];

function kernelFunction(kernel: Kernel | undefined, fallback: KernelConfig | undefined): KernelConfig['kernelFunc'] {
  return (call) => {
    const backend = call.backend as OnnxruntimeBackend;
    const inputs = call.inputs as Record<string, TensorInfo>;
    return backend.attempt(
      () =>
        kernel?.(backend, inputs, (call.attrs ?? {}) as Record<string, unknown>) ??
        inJavaScript(backend, inputs, fallback!, call),
    );
  };
}

/**
 * A kernel of the CPU backend. It may return a view of an input under a new name (a slice, or a complex number of two
 * tensors): such an input's memory is never lent again, or the view would change with it.
 */
function inJavaScript(
  backend: OnnxruntimeBackend,
  inputs: Record<string, TensorInfo>,
  fallback: KernelConfig,
  call: KernelCall,
): TensorInfo | TensorInfo[] {
  const outputs = callFallback(fallback, call);
  for (const output of [outputs].flat()) {
    const buffers = backend.arraysOf(output).map(({ buffer }) => buffer);
    for (const input of Object.values(inputs))
      if (input.dataId !== output.dataId)
        for (const array of backend.arraysOf(input)) if (buffers.includes(array.buffer)) backend.pool.forget(array);
  }
  return outputs;
}

function callFallback({ kernelName, kernelFunc }: KernelConfig, call: KernelCall): TensorInfo | TensorInfo[] {
  try {
    return kernelFunc(call);
  } catch (cause) {
    // JavaScript refuses an array that is too long without telling which tensor it is for.
    if (!(cause instanceof RangeError && /array/i.test(cause.message))) throw cause;
    const shape = call.attrs?.['shape'] as number[] | undefined;
    const given = { ...(call.inputs as Record<string, TensorInfo>), ...(shape && { result: { shape } }) };
    throw new BackendError(`There is no memory for the result of ${kernelName}: ${listShapes(given)}.`, { cause });
  }
}
