import { BackendError } from '../errors.js';

/** The GPUs that the browser offers to a page. */
export async function openPageGpu(): Promise<{ gpu: GPU; noAdapter: string }> {
  if (!globalThis.isSecureContext)
    throw new BackendError('WebGPU is for pages that came by https, or from localhost; this one did not.');
  if (!navigator.gpu)
    throw new BackendError(
      'This browser has no WebGPU. Chrome and Edge have it from version 113, Safari from 26, Firefox from 141, not on every system.',
    );
  return {
    gpu: navigator.gpu,
    noAdapter: 'The browser has WebGPU and finds no GPU for it; in Chrome and Edge, the page chrome://gpu says why.',
  };
}
