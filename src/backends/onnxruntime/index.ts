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
import type { OnnxruntimeOptions } from '../backend.js';
import { activations } from './activations.js';
import { attentions } from './attention.js';
import { OnnxruntimeBackend } from './backend.js';
import { batchNorms } from './batchNorm.js';
import { checkVersion } from './binding.js';
import { blocks } from './block.js';
import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import { inJavaScript } from './fallback.js';
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
  ...blocks,
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

function kernelFunction(kernel: Kernel | undefined, fallback: KernelConfig | undefined): KernelConfig['kernelFunc'] {
  return (call) => {
    const backend = call.backend as OnnxruntimeBackend;
    const inputs = call.inputs as Record<string, TensorInfo>;
    return backend.attempt(
      () =>
        kernel?.(backend, inputs, (call.attrs ?? {}) as Record<string, unknown>) ??
        inJavaScript(backend, fallback!, call),
    );
  };
}
