import type { WebgpuOptions } from './backend.js';

/**
 * The GPUs of this machine through Dawn, Chromium's WebGPU, which npm `webgpu` brings for Node. The object that it makes keeps
 * the process alive as long as something global refers to it, so it goes into no global variable.
 */
export async function openDawn({ adapter }: WebgpuOptions): Promise<GPU> {
  const { create, globals } = await import('webgpu');
  // Classes and constants, such as GPUBufferUsage, that the backend finds in the global scope.
  Object.assign(globalThis, globals);
  return create(adapter === undefined ? [] : [`adapter=${adapter}`]);
}
