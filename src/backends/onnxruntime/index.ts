import '@tensorflow/tfjs-backend-cpu';
import {
  findBackend,
  getKernelsForBackend,
  type KernelConfig,
  registerBackend,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { OnnxruntimeOptions } from '../backend.js';
import { attentions } from './attention.js';
import { OnnxruntimeBackend } from './backend.js';
import { checkVersion } from './binding.js';
import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { defaultPoolBytes, physicalCores } from './machine.js';
import { matMuls } from './matMul.js';
import { quantized } from './quantized.js';
import { reductions } from './reductions.js';
import { selfTest } from './selfTest.js';
import { shapes } from './shapes.js';
import { transformer } from './transformer.js';

const NAME = 'onnxruntime';

/** Every kernel that ONNX Runtime computes, by the names of TensorFlow.js; docs/backends.md has the table. */
export const kernels: KernelTable = {
  ...elementwise,
  ...reductions,
  ...matMuls,
  ...shapes,
  ...convolutions,
  ...transformer,
  ...attentions,
  ...quantized,
};

/**
 * Registers the backend: every kernel of the CPU backend under its name, and over them those of ONNX Runtime.
 *
 * @throws {BackendError} when onnxruntime-node is of another version or does not work, or when the backend already runs
 * with other settings
 */
export function registerOnnxruntime(given: OnnxruntimeOptions = {}): void {
  const running = findBackend(NAME) as OnnxruntimeBackend | null;
  if (running) {
    expectSame(running.options, given);
    return;
  }
  checkVersion();
  selfTest();
  const options = { threads: physicalCores(), poolBytes: defaultPoolBytes(), smallTensor: 1024, ...given };
  registerBackend(NAME, () => new OnnxruntimeBackend(options));
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

/** A backend that holds tensors cannot start over. */
function expectSame(options: Required<OnnxruntimeOptions>, given: OnnxruntimeOptions): void {
  for (const key of ['threads', 'poolBytes', 'smallTensor'] as const)
    if (given[key] !== undefined && given[key] !== options[key])
      throw new BackendError(
        `The onnxruntime backend already runs with ${key} ${options[key]}; it cannot change to ${given[key]}. Set it at the first call of useBackend.`,
      );
}

function kernelFunction(kernel: Kernel | undefined, config: KernelConfig | undefined): KernelConfig['kernelFunc'] {
  return (call) => {
    const backend = call.backend as OnnxruntimeBackend;
    const inputs = call.inputs as Record<string, TensorInfo>;
    const outputs = kernel?.(backend, inputs, (call.attrs ?? {}) as Record<string, unknown>);
    return outputs ?? withoutViews(backend, inputs, config!.kernelFunc(call));
  };
}

/**
 * Kernels of the CPU backend may return a view of an input under a new name (a slice, for one). Such an input's memory is
 * never lent again: the view would change with it.
 */
function withoutViews(
  backend: OnnxruntimeBackend,
  inputs: Record<string, TensorInfo>,
  outputs: TensorInfo | TensorInfo[],
): TensorInfo | TensorInfo[] {
  for (const output of Array.isArray(outputs) ? outputs : [outputs]) {
    const buffer = backend.bufferOf(output);
    for (const input of Object.values(inputs))
      if (input.dataId !== output.dataId && buffer && backend.bufferOf(input) === buffer)
        backend.pool.forget(backend.valuesOf(input));
  }
  return outputs;
}
