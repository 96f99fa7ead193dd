import * as tf from '@tensorflow/tfjs-core';
import { backends } from '#backends';
import { BackendError } from '../errors.js';
import type { BackendLoader, BackendName, CustomBackend, OnnxruntimeOptions } from './backend.js';

/** Settings of {@link useBackend}. */
export interface UseBackendOptions extends OnnxruntimeOptions {
  /** Told, with `'auto'`, of each backend that was tried and did not start, and why. Default: `console.warn`. */
  onSkip?: (message: string) => void;
}

/**
 * Loads a TensorFlow.js backend and makes it the active one, for every model in the process.
 *
 * @param backend a name, `'auto'` for the fastest that starts here (Node: onnxruntime, wasm, cpu; browsers: webgpu,
 * webgl, wasm, cpu), or an object that loads one of your own
 * @returns the name of the backend that became active
 * @throws {BackendError} when the name is unknown here, its package is not installed, or it does not start
 * @example
 * ```ts
 * import { useBackend } from 'ast-ts';
 *
 * await useBackend('onnxruntime', { threads: 4 });
 * await useBackend({ name: 'tensorflow', load: () => import('@tensorflow/tfjs-node-gpu') });
 * ```
 */
export async function useBackend(
  backend: 'auto' | BackendName | CustomBackend = 'auto',
  { onSkip = (message) => console.warn(message), ...options }: UseBackendOptions = {},
): Promise<string> {
  if (typeof backend === 'object')
    return start(backend.name, { load: () => backend.load(), install: 'see its documentation' }, options);
  if (backend !== 'auto') return start(backend, loaderOf(backend), options);
  const reasons: string[] = [];
  for (const name of backends.auto) {
    try {
      return await start(name, loaderOf(name), options);
    } catch (error) {
      reasons.push((error as Error).message);
      onSkip(`ast-ts: backend '${name}' is skipped: ${(error as Error).message}`);
    }
  }
  throw new BackendError(`No backend of TensorFlow.js started. ${reasons.join(' ')}`);
}

function loaderOf(name: BackendName): BackendLoader {
  const loader = backends.loaders[name];
  if (loader) return loader;
  throw new BackendError(
    `Expected a backend of ${Object.keys(backends.loaders).join(', ')}, or 'auto'; got '${name}'. ` +
      'To use another, pass { name, load } with a function that registers it.',
  );
}

async function start(name: string, { load, install }: BackendLoader, options: OnnxruntimeOptions): Promise<string> {
  try {
    await load(options);
  } catch (cause) {
    const missing = /Cannot find (package|module)|ERR_MODULE_NOT_FOUND|Failed to (fetch|resolve)/.test(String(cause));
    throw new BackendError(
      missing
        ? `Backend '${name}' is not installed. Install it: ${install}.`
        : `Backend '${name}' did not load: ${(cause as Error).message}`,
      { cause },
    );
  }
  let started = false;
  let cause: unknown;
  try {
    started = await tf.setBackend(name);
    await tf.ready();
  } catch (error) {
    cause = error;
  }
  if (!started || tf.getBackend() !== name)
    throw new BackendError(
      `Backend '${name}' was loaded but did not start${cause ? `: ${(cause as Error).message}` : ''}.`,
      { cause },
    );
  return name;
}
