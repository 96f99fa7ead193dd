import { BackendError } from '../errors.js';
import type { WebgpuOptions } from './backend.js';

const NO_ADAPTER =
  'Dawn, which is WebGPU in Node, finds no GPU. It needs a driver for Vulkan on Linux (that of the GPU’s maker or ' +
  'mesa-vulkan-drivers, with libvulkan1), Direct3D 12 on Windows, Metal on macOS.';

/** Instances of Dawn by the adapter that was asked for. */
const instances = new Map<string | undefined, GPU>();

/**
 * The GPUs of this machine through Dawn, Chromium's WebGPU, which npm `webgpu` brings for Node. What `create` makes is kept until
 * the process ends: one that is garbage before its devices are takes the process down ("terminate called", webgpu 0.6.2).
 * Kept in a module it does not hold the process up.
 */
export async function openDawn({ adapter }: WebgpuOptions): Promise<{ gpu: GPU; noAdapter: string }> {
  const { create, globals } = await import('webgpu');
  // Classes and constants, such as GPUBufferUsage, which the backend finds in the global scope.
  Object.assign(globalThis, globals);
  let gpu = instances.get(adapter);
  if (!gpu) {
    gpu = adapter === undefined ? create([]) : byName(create([`adapter=${adapter}`]), adapter);
    instances.set(adapter, gpu);
  }
  return { gpu, noAdapter: NO_ADAPTER };
}

/** Dawn throws where no GPU has the name, and lists those there are. */
function byName(gpu: GPU, adapter: string): GPU {
  const requestAdapter = gpu.requestAdapter.bind(gpu);
  gpu.requestAdapter = async (options) => {
    try {
      return await requestAdapter(options);
    } catch (cause) {
      const names = new Set([...String(cause).matchAll(/name: '([^\n]*)'/g)].map(([, name]) => `'${name}'`));
      throw new BackendError(
        `No GPU has '${adapter}' in its name. There are: ${[...names].join(', ') || String(cause)}.`,
        { cause },
      );
    }
  };
  return gpu;
}
