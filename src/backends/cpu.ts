import { findBackend } from '@tensorflow/tfjs-core';

/** Loads the CPU backend. */
export async function loadCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  silenceGreeting(findBackend('cpu')!);
}

/**
 * At its first tensor the CPU backend greets users of Node with advice to install another backend, and offers no setting
 * against that: all warnings of TensorFlow.js (its production mode), or the flag it keeps of having said it.
 */
export function silenceGreeting(backend: object): void {
  if ('firstUse' in backend) backend.firstUse = false;
}
