import { engine } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';

/** Throws a BackendError when no backend of TensorFlow.js is loaded: its own message does not say what to do. */
export function requireBackend(): void {
  const { registryFactory } = engine();
  if (Object.keys(registryFactory).length === 0)
    throw new BackendError(
      "No backend of TensorFlow.js is loaded to compute with. Call await useBackend('auto') first.",
    );
}
