import * as tf from '@tensorflow/tfjs-core';
import { afterAll, it } from 'vitest';
import { describeOnBackends } from '../support/backends.js';
import { uses } from './uses.js';

// Where a GPU is wanted that computes what the other backends do, without its speed: two steps of each, with what is small on the CPU.
describeOnBackends(
  ['webgpu'],
  'all that this library does',
  () => {
    it.each(Object.entries(uses))('runs, without waiting for the GPU: %s', async (_, body) => {
      tf.env().set('WEBGPU_CPU_FORWARD', true);
      await body();
    });
    afterAll(() => tf.disposeVariables());
  },
  { isSlow: true },
);
