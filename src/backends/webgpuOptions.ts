import { engine } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import type { WebgpuOptions } from './backend.js';
import type { GuardedBackend } from './guardedBackend.js';

/** The name TensorFlow.js registers the backend under. */
export const NAME = 'webgpu';

/** The backend of this library where it runs. Asking TensorFlow.js by `findBackend` would start another. */
export function runningWebgpu(): GuardedBackend | undefined {
  const backend = engine().registry[NAME] as Partial<GuardedBackend> | undefined;
  return backend?.found && (backend as GuardedBackend);
}

const rules = {
  powerPreference: {
    holds: (value: unknown) => value === 'high-performance' || value === 'low-power',
    expected: "'high-performance' or 'low-power'",
  },
  adapter: {
    holds: (value: unknown) => typeof value === 'string' && value !== '',
    expected: 'a part of the name of a GPU',
  },
  float16: { holds: (value: unknown) => typeof value === 'boolean', expected: 'true or false' },
} satisfies Record<keyof WebgpuOptions, { holds(value: unknown): boolean; expected: string }>;

/**
 * Refuses wrong settings, and others than those the backend already runs with: one that holds tensors cannot start over.
 *
 * @throws {BackendError}
 */
export function checkWebgpuOptions(given: WebgpuOptions): void {
  const running = runningWebgpu();
  for (const key of Object.keys(rules) as (keyof WebgpuOptions)[]) {
    const value = given[key];
    if (value === undefined) continue;
    if (!rules[key].holds(value))
      throw new BackendError(`Expected ${key} of the webgpu backend to be ${rules[key].expected}, got '${value}'.`);
    if (running && !running.lost && running.found.options[key] !== value)
      throw new BackendError(
        `The webgpu backend already runs with ${key} ${running.found.options[key] ?? 'by default'}; it cannot change to ` +
          `'${value}'. Set it at the first call of useBackend.`,
      );
  }
}

/** The same in a page, where the browser alone knows the GPUs by name. */
export function checkPageOptions(given: WebgpuOptions): void {
  if (given.adapter !== undefined)
    throw new BackendError(
      `A page cannot choose a GPU by its name ('${given.adapter}'). Leave adapter out; powerPreference chooses between two.`,
    );
  checkWebgpuOptions(given);
}
