import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, it } from 'vitest';
import { describeOnBackends } from '../support/backends.js';
import { uses } from './uses.js';

/** Without a GPU a step takes seconds, and all of this two minutes. */
const isAsked = process.env['AST_TS_WEBGPU'] === 'all';

// Where a GPU is wanted that computes what the other backends do, without its speed: two steps of each, with what is small on the CPU.
describe.skipIf(!isAsked)(
  `without waiting for the GPU${isAsked ? '' : ' (skipped: slow without one; AST_TS_WEBGPU=all runs it)'}`,
  () => {
    describeOnBackends(['webgpu'], 'all that this library does', () => {
      it.each(Object.entries(uses))(
        'runs: %s',
        async (_, body) => {
          tf.env().set('WEBGPU_CPU_FORWARD', true);
          await body();
        },
        300_000,
      );
      afterAll(() => tf.disposeVariables());
    });
  },
);
