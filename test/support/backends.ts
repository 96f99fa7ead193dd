import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { type BackendName, useBackend } from '../../src/backends/index.js';
import { hasAdapter, NO_ADAPTER, ONLY_WHEN_ASKED, runsAllOnWebgpu } from './softwareGpu.js';

/** Every backend that can run here; each passes the same suites. */
export const testedBackends: readonly BackendName[] = ['cpu', 'wasm', 'onnxruntime', 'webgpu'];

/**
 * Those without a GPU, for suites that take long on one of software, or read without waiting. What they test is run on WebGPU
 * by test/backends/webgpuUses.test.ts.
 */
export const synchronousBackends = testedBackends.filter((name) => name !== 'webgpu');

/** One suite for every backend, run with that backend active. Tests await `data()`: WebGPU in Node has no other way to read. */
export function describeOnEveryBackend(
  name: string,
  body: (backend: BackendName) => void,
  options: { isSlow?: boolean } = {},
): void {
  describeOnBackends(testedBackends, name, body, options);
}

const adapter = await hasAdapter();

/** The same for some backends, where the work is too much for the slow ones; `isSlow` where it is on a GPU of software. */
export function describeOnBackends(
  backends: readonly BackendName[],
  name: string,
  body: (backend: BackendName) => void,
  { isSlow = false }: { isSlow?: boolean } = {},
): void {
  for (const backend of backends) {
    const why = adapter ? isSlow && !runsAllOnWebgpu && ONLY_WHEN_ASKED : NO_ADAPTER;
    const skipped = backend === 'webgpu' && why;
    describe.skipIf(skipped)(`${name} on ${backend}${skipped ? ` (skipped: ${why})` : ''}`, () => {
      beforeAll(async () => {
        await useBackend(backend);
        // Small tensors too are for the GPU here: TensorFlow.js leaves them to the CPU.
        if (backend === 'webgpu') tf.env().set('WEBGPU_CPU_FORWARD', false);
      });
      body(backend);
    });
  }
}

export { tensorsLeft } from './tensorsLeft.js';
