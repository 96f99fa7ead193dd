import { engine } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';

/** Whether a backend of TensorFlow.js is there to compute with: by `useBackend`, or an import of the caller's. */
export const hasBackend = (): boolean => Object.keys(engine().registryFactory).length > 0;

/** Throws a BackendError when no backend of TensorFlow.js is loaded: its own message does not say what to do. */
export function requireBackend(): void {
  if (!hasBackend())
    throw new BackendError(
      "No backend of TensorFlow.js is loaded to compute with. Call await useBackend('auto') first.",
    );
}
