import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { getKernel, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';

const NAME = 'AddN';

/**
 * Sums of many tensors. The backend's own kernel binds all of them to one shader, which may have 8 or 10 buffers on many devices; the sum of the
 * squares of all gradients has some hundreds. Here they go through it a few at a time.
 */
export function registerAddN(): void {
  const own = getKernel(NAME, 'webgpu');
  unregisterKernel(NAME, 'webgpu');
  registerKernel({
    ...own,
    kernelFunc(call) {
      const backend = call.backend as WebGPUBackend;
      const add = (inputs: TensorInfo[]): TensorInfo =>
        own.kernelFunc({ ...call, inputs: inputs as never }) as TensorInfo;
      const atOnce = backend.device.limits.maxStorageBuffersPerShaderStage - 1; // and the sum
      let tensors = Object.values(call.inputs) as TensorInfo[];
      let made: TensorInfo | undefined;
      while (tensors.length > atOnce) {
        const sum = add(tensors.slice(0, atOnce));
        if (made) backend.disposeData(made.dataId);
        made = sum;
        tensors = [sum, ...tensors.slice(atOnce)];
      }
      const sum = add(tensors);
      if (made) backend.disposeData(made.dataId);
      return sum;
    },
  });
}
