import { engine, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import type { WebgpuOptions } from './backend.js';
import { guardedBackend, nameOf } from './guardedBackend.js';
import { registerWebgpuKernels } from './webgpu/index.js';
import { registerAddN } from './webgpuAddN.js';
import { NAME, runningWebgpu } from './webgpuOptions.js';

/** The platform's way to its GPUs, and what it says when there is none. */
export type OpenGpu = (options: WebgpuOptions) => Promise<{ gpu: GPU; noAdapter: string }>;

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

/** Kernels are registered once, backends again and again. */
let prepared = false;

/**
 * Registers the WebGPU backend of TensorFlow.js on an adapter of our choice, and the kernels this library brings for it. The
 * registration that the package brings itself asks for an adapter on its own and does not tell what went wrong.
 *
 * @param acceptSoftware whether an adapter that computes on the CPU will do
 * @throws {BackendError} when there is no adapter that will do
 */
export async function loadWebgpu(
  openGpu: OpenGpu,
  options: WebgpuOptions,
  { acceptSoftware }: { acceptSoftware: boolean },
): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  if (!prepared) registerAddN();
  prepared = true;
  registerWebgpuKernels();
  const running = runningWebgpu();
  // One that runs holds tensors; one that was registered elsewhere is taken as it is.
  if (engine().registry[NAME] && !running?.lost) {
    if (running && !acceptSoftware) refuseSoftware(running.found.info);
    return;
  }
  const { gpu, noAdapter } = await openGpu(options);
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' });
  if (!adapter) throw new BackendError(noAdapter);
  if (!acceptSoftware) refuseSoftware(adapter.info);
  if (options.float16 && !adapter.features.has('shader-f16'))
    throw new BackendError(
      `float16 needs an adapter with shader-f16, which ${nameOf(adapter.info)} is not. Leave float16 out.`,
    );
  const device = await adapter.requestDevice({
    requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit]])),
  });
  const found = { device, info: adapter.info, options };
  const backend = withNavigatorGpu(gpu, () => guardedBackend(WebGPUBackend, found));
  if (engine().registryFactory[NAME]) removeBackend(NAME);
  registerBackend(NAME, () => backend);
}

/** SwiftShader, llvmpipe and the like say so, or are known by name. */
function refuseSoftware(info: GPUAdapterInfo): void {
  const name = nameOf(info);
  if (info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${name} ${info.architecture}`))
    throw new BackendError(
      `The only adapter for WebGPU is software (${name}), which other backends outrun on the CPU. ` +
        "useBackend('webgpu') takes it all the same.",
    );
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
