import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { hasShared } from '../support/golden.js';

/** As many as the project promises with the files of every format; fewer of the few that are written here. */
const mutations = hasShared('data/formats/expected.json') ? 20_000 : 2000;

it(`gives samples or an AudioDecodeError for ${mutations} damaged files, within the limits of time and memory`, {
  timeout: 600_000,
}, async () => {
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/fuzz-audio.ts', String(mutations)]);
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const total = stdout.split('\n').find((line) => line.startsWith('all'));
  const [, runs, samples, warnings, errors, violations] = (total ?? '').split(/\s+/).map(Number);
  expect(violations, stdout).toBe(0);
  expect(runs).toBe(mutations);
  expect(samples! + warnings!).toBeGreaterThan(mutations / 10); // not all so broken that nothing is decoded
  expect(errors).toBeGreaterThan(mutations / 10);
});
