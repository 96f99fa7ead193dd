import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, useBackend } from 'ast-ts/backends';
import type { BackendReport } from '../protocol.js';

/** The GPU where there is one; else WebAssembly, else JavaScript. */
export async function startBackend(wanted?: string): Promise<BackendReport> {
  if (wanted) return { backend: await useBackend(wanted as BackendName) };
  let withoutGpu = await missingGpu();
  if (!withoutGpu) {
    try {
      return { backend: await useBackend('webgpu') };
    } catch {
      withoutGpu = 'broken';
    }
  }
  try {
    return { backend: await useBackend('wasm'), withoutGpu };
  } catch {
    return { backend: await useBackend('cpu'), withoutGpu };
  }
}

/** Why WebGPU is of no use here; a processor that plays GPU is slower than WebAssembly. */
async function missingGpu(): Promise<BackendReport['withoutGpu']> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return 'missing';
  return adapter.isFallbackAdapter || adapter.info?.isFallbackAdapter ? 'software' : undefined;
}

interface Adapter {
  isFallbackAdapter?: boolean;
  info?: { isFallbackAdapter?: boolean };
}

/** Resolves when the GPU goes away: a driver that was updated, a laptop that changed its graphics card, too much memory asked for. */
export async function whenLost(): Promise<{ message: string }> {
  const { device } = tf.backend() as { device?: { lost: Promise<{ message: string }> } };
  if (!device) return new Promise(() => {});
  const { message } = await device.lost;
  return { message };
}
