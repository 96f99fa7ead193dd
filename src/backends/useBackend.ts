import * as tf from '@tensorflow/tfjs-core';
import { backends } from '#backends';
import { BackendError } from '../errors.js';
import type { BackendLoader, BackendName, BackendOptions, CustomBackend } from './backend.js';
import { isMissingPackage } from './missingPackage.js';

/** Settings of {@link useBackend}. */
export interface UseBackendOptions extends BackendOptions {
  /**
   * Told, with `'auto'`, of each backend that was tried and did not start, and why. Default: the same is said once in a
   * process, by `console.info` where a package is not installed, and by `console.warn` where one does not work. That there
   * is no GPU, or no package for one, is told here only.
   */
  onSkip?: (message: string, error: BackendError) => void;
}

/**
 * Loads a TensorFlow.js backend and makes it the active one, for every model in the process.
 *
 * @param backend a name, `'auto'` for the fastest that starts here (Node: tensorflow or webgpu with a GPU, onnxruntime,
 * wasm, cpu; browsers: webgpu with a GPU, webgl, wasm, cpu), or an object that loads one of your own
 * @returns the name of the backend that became active
 * @throws {BackendError} when the name is unknown here, its package is not installed, it does not start, or the options are
 * wrong
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
  { onSkip, ...options }: UseBackendOptions = {},
): Promise<string> {
  if (typeof backend === 'object')
    return start(backend.name, { load: () => backend.load(), install: 'see its documentation' }, options);
  const names = backend === 'auto' ? backends.auto : [backend];
  const gpus = backend === 'auto' ? backends.gpus : [];
  // A caller's mistake is no reason to go on to the next.
  for (const { check } of [...gpus, ...names.map(loaderOf)]) check?.(options);
  if (backend !== 'auto') return start(backend, loaderOf(backend), options);
  const reasons: string[] = [];
  const candidates = [...gpus, ...names.map((name) => ({ name, ...loaderOf(name) }))];
  for (const [i, loader] of candidates.entries()) {
    const lacks = loader.lacks?.();
    try {
      if (lacks) throw new BackendError(lacks);
      return await start(loader.name, loader, options);
    } catch (error) {
      const { message, cause } = error as BackendError;
      reasons.push(message);
      const isNotMissed = lacks !== undefined || (i < gpus.length && isMissingPackage(cause));
      const tell = onSkip ?? (isNotMissed ? undefined : tellOnce);
      tell?.(`ast-ts: backend '${loader.name}' is skipped: ${message}`, error as BackendError);
    }
  }
  throw new BackendError(`No backend of TensorFlow.js started. ${reasons.join(' ')}`);
}

const told = new Set<string>();

function tellOnce(message: string, { cause }: BackendError): void {
  if (told.has(message)) return;
  told.add(message);
  if (isMissingPackage(cause)) console.info(message);
  else console.warn(message);
}

function loaderOf(name: BackendName): BackendLoader {
  const loader = backends.loaders[name];
  if (loader) return loader;
  throw new BackendError(
    `Expected a backend of ${Object.keys(backends.loaders).join(', ')}, or 'auto'; got '${name}'. ` +
      'To use another, pass { name, load } with a function that registers it.',
  );
}

async function start(name: string, { load, install }: BackendLoader, options: BackendOptions): Promise<string> {
  try {
    await load(options);
  } catch (cause) {
    throw new BackendError(
      isMissingPackage(cause)
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
