import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hasShared } from '../support/golden.js';

const MUTATIONS = 20_000;
const files = hasShared('data/formats/expected.json')
  ? 'files of every format'
  : 'WAV and AIFF files (no AST_TS_SHARED)';

it(`gives samples or an AudioDecodeError for ${MUTATIONS} damaged ${files}, within the limits of time and memory`, async () => {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/fuzz-audio.ts', String(MUTATIONS)]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const total = stdout.split('\n').find((line) => line.startsWith('all'));
  const [, runs, samples, warnings, errors, violations] = (total ?? '').split(/\s+/).map(Number);
  expect(violations, stdout).toBe(0);
  expect(runs).toBe(MUTATIONS);
  expect(samples! + warnings!).toBeGreaterThan(MUTATIONS / 10); // not all so broken that nothing is decoded
  expect(errors).toBeGreaterThan(MUTATIONS / 10);
});
