import { type BackendName, useBackend } from '../backends/index.js';
import type { Option } from './command.js';
import { UsageError } from './usageError.js';

/** Options that commands share. */
export const sharedOptions = {
  json: { type: 'boolean', help: 'print JSON' },
  model: {
    type: 'string',
    value: 'ID',
    default: 'MIT/ast-finetuned-audioset-10-10-0.4593',
    help: 'a directory, an id on the Hub or a URL',
  },
  backend: { type: 'string', value: 'NAME', default: 'auto', help: 'what computes: auto, onnxruntime, wasm, …' },
  threads: { type: 'string', value: 'N', help: 'threads of onnxruntime (default: the physical cores)' },
} as const satisfies Record<string, Option>;

/** Options that say what of a data set is meant. */
export const datasetOptions = {
  config: { type: 'string', value: 'NAME', help: 'a configuration of the data set' },
  split: { type: 'string', value: 'SPLIT', help: "a split, or parts: 'test', 'train[:10%]', 'train+test'" },
  'label-column': { type: 'string', value: 'NAME', help: 'the column of classes, in a table or in Parquet files' },
} as const satisfies Record<string, Option>;

/** Makes a backend the active one; what was skipped is told on standard error, as standard output is for results alone. */
export async function startBackend({
  backend,
  threads,
}: {
  backend: string;
  threads: string | undefined;
}): Promise<string> {
  return useBackend(backend as 'auto' | BackendName, {
    ...(threads !== undefined && { threads: integer('threads', threads, 1) }),
    onSkip: printError,
  });
}

/** A line on standard error. */
export const printError = (message: string): void => void process.stderr.write(`${message}\n`);

/** A line, or JSON, on standard output. */
export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

/** The value of an option as a whole number. */
export function integer(name: string, given: string, least: number): number {
  const expected = least === 1 ? 'a positive integer' : `an integer of ${least} or more`;
  return number(name, given, expected, (value) => Number.isSafeInteger(value) && value >= least);
}

/** The value of an option as a number that `holds`. */
export function number(name: string, given: string, expected: string, holds: (value: number) => boolean): number {
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (Number.isFinite(value) && holds(value)) return value;
  throw new UsageError(`--${name} expects ${expected}, got '${given}'.`);
}

/** The value of an option as one of some words. */
export function choice<T extends string>(name: string, given: string, allowed: readonly T[]): T {
  const chosen = allowed.find((each) => each === given);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`--${name} expects one of ${allowed.join(', ')}, got '${given}'.`);
}

/** The one operand of a command. */
export function onlyOperand(command: string, what: string, operands: readonly string[]): string {
  const [only, ...others] = operands;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(`${command} expects one ${what}, got ${operands.length === 0 ? 'none' : operands.length}.`);
}
