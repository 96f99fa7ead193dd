import { BackendError } from '../errors.js';
import type { WebgpuOptions } from './backend.js';

const NO_ADAPTER =
  'Dawn, which is WebGPU in Node, finds no GPU. It needs a driver for Vulkan on Linux (that of the GPU’s maker or ' +
  'mesa-vulkan-drivers, with libvulkan1), Direct3D 12 on Windows, Metal on macOS.';

/**
 * The GPUs of this machine through Dawn, Chromium's WebGPU, which npm `webgpu` brings for Node. A process does not end while something
 * global refers to what `create` makes, so it goes into no global variable.
 */
export async function openDawn({ adapter }: WebgpuOptions): Promise<{ gpu: GPU; noAdapter: string }> {
  const { create, globals } = await import('webgpu');
  // Classes and constants, such as GPUBufferUsage, which the backend finds in the global scope.
  Object.assign(globalThis, globals);
  const gpu = create(adapter === undefined ? [] : [`adapter=${adapter}`]);
  return { gpu: adapter === undefined ? gpu : byName(gpu, adapter), noAdapter: NO_ADAPTER };
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
