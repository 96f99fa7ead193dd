import { findBackend } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { OnnxruntimeOptions } from '../backend.js';

/** The name the backend registers under. */
export const NAME = 'onnxruntime';

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const rules = {
  threads: { holds: (value: number) => isCount(value) && value > 0, expected: 'a whole number of 1 or more' },
  poolBytes: { holds: (value: number) => value >= 0, expected: 'a number of bytes, 0 or more' },
  smallTensor: { holds: isCount, expected: 'a whole number of 0 or more' },
} satisfies Record<keyof OnnxruntimeOptions, { holds(value: number): boolean; expected: string }>;

/**
 * Refuses wrong settings, and others than those the backend already runs with: one that holds tensors cannot start over.
 * Needs no onnxruntime-node, so that `'auto'` does not take a caller's mistake for a backend that is missing.
 *
 * @throws {BackendError}
 */
export function checkOptions(given: OnnxruntimeOptions): void {
  const running = (findBackend(NAME) as { options?: Required<OnnxruntimeOptions> } | null)?.options;
  for (const key of Object.keys(rules) as (keyof OnnxruntimeOptions)[]) {
    const value = given[key];
    if (value === undefined) continue;
    if (!rules[key].holds(value))
      throw new BackendError(`Expected ${key} of the onnxruntime backend to be ${rules[key].expected}, got ${value}.`);
    if (running && running[key] !== value)
      throw new BackendError(
        `The onnxruntime backend already runs with ${key} ${running[key]}; it cannot change to ${value}. ` +
          'Set it at the first call of useBackend.',
      );
  }
}
