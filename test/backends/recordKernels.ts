import * as tf from '@tensorflow/tfjs-core';
import { vi } from 'vitest';

/**
 * The kernels of TensorFlow.js that are called while `body` runs, in order of their names; not those of this library, which are
 * composed of them wherever a backend does not bring them.
 */
export async function recordKernels(body: () => Promise<unknown>): Promise<string[]> {
  const engine = tf.engine();
  const runKernel = engine.runKernel.bind(engine);
  const names = new Set<string>();
  const spy = vi.spyOn(engine, 'runKernel').mockImplementation((name, inputs, attributes) => {
    if (!name.startsWith('Ast')) names.add(name);
    return runKernel(name, inputs, attributes);
  });
  try {
    await body();
  } finally {
    spy.mockRestore();
  }
  return [...names].sort();
}
