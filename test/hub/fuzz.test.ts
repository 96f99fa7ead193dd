import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MUTATIONS = 100_000;

it(`gives tensors or a CheckpointError for ${MUTATIONS} damaged safetensors files, within the limits of time and memory`, async () => {
  const args = ['--import', 'tsx', 'scripts/fuzz-safetensors.ts', String(MUTATIONS)];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout: string }) => error);
  const total = stdout.split('\n').find((line) => line.startsWith('all'));
  const [, runs, tensors, errors, violations] = (total ?? '').split(/\s+/).map(Number);
  expect(violations, stdout).toBe(0);
  expect(runs).toBe(MUTATIONS);
  expect(tensors).toBeGreaterThan(MUTATIONS / 10); // not all so broken that nothing is read
  expect(errors).toBeGreaterThan(MUTATIONS / 2);
});
