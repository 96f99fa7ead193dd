import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { type BackendName, useBackend } from '../../src/backends/index.js';

/** Every backend that can run here; each passes the same suites. */
export const testedBackends: readonly BackendName[] = ['cpu', 'wasm', 'onnxruntime'];

/** One suite for every backend, run with that backend active. */
export function describeOnEveryBackend(name: string, body: (backend: BackendName) => void): void {
  describeOnBackends(testedBackends, name, body);
}

/** The same for some backends, where the work is too much for the slow ones. */
export function describeOnBackends(
  backends: readonly BackendName[],
  name: string,
  body: (backend: BackendName) => void,
): void {
  describe.each(backends)(`${name} on %s`, (backend) => {
    beforeAll(() => useBackend(backend).then(() => undefined));
    body(backend);
  });
}

/** Runs `body` and returns how many tensors it left behind. */
export async function tensorsLeft(body: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  await body();
  return tf.memory().numTensors - before;
}
