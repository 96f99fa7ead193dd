import { engine, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import type { WebgpuOptions } from './backend.js';
import { registerWebgpuKernels } from './webgpu/index.js';

const NAME = 'webgpu';

/** The platform's way to its GPUs. */
export type OpenGpu = (options: WebgpuOptions) => Promise<GPU>;

/** What kernels use where the adapter has it. */
const features = ['shader-f16', 'subgroups', 'timestamp-query', 'bgra8unorm-storage'] as const;

/** What tensors and kernels are held to: as much as the adapter gives, instead of the little that every adapter has. */
const limits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * Registers the WebGPU backend of TensorFlow.js on an adapter of our choice, and the kernels this library brings for it. The
 * registration that the package brings itself asks for an adapter on its own and does not tell what went wrong.
 */
export async function loadWebgpu(openGpu: OpenGpu, options: WebgpuOptions): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  registerWebgpuKernels();
  // One that runs holds tensors.
  if (engine().registry[NAME]) return;
  const gpu = await openGpu(options);
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' });
  if (!adapter) throw new BackendError('No adapter was found.');
  const device = await adapter.requestDevice({
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit]])),
  });
  const backend = withNavigatorGpu(gpu, () => new WebGPUBackend(device, adapter.info));
  if (engine().registryFactory[NAME]) removeBackend(NAME);
  // Dawn aborts the process when its root is collected while a device lives.
  Object.assign(backend, { gpu });
  registerBackend(NAME, () => backend);
}

/** The backend refuses to be made where there is no `navigator.gpu`, which Node has not; it does not use it then. */
function withNavigatorGpu<T>(gpu: GPU, body: () => T): T {
  if (globalThis.navigator?.gpu) return body();
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    return body();
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  }
}
