import { beforeEach, expect, it, vi } from 'vitest';
import { kindOf, type Run, runAll } from './faultRuns.js';

beforeEach(() => {
  for (const name of ['HF_TOKEN', 'HF_HOME', 'HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE']) vi.stubEnv(name, undefined);
  vi.stubEnv('HF_HUB_DISABLE_IMPLICIT_TOKEN', '1');
  return () => void vi.unstubAllEnvs();
});

it('500 downloads from a Hub that fails in every way: never a corrupt file, and the next call succeeds', async () => {
  const runs: Run[] = await runAll(500, 1);
  expect(runs.filter(({ outcome }) => outcome === 'violation')).toEqual([]);
  expect(runs).toHaveLength(500);
  // The faults were there, and most downloads came through.
  expect(runs.filter(({ outcome }) => outcome === 'error').length).toBeGreaterThan(25);
  expect(runs.filter(({ outcome }) => outcome === 'bytes').length).toBeGreaterThan(200);
  expect(runs.filter(({ outcome }) => outcome === 'killed')).toHaveLength(
    runs.filter(({ number }) => kindOf(number) === 'kill -9').length,
  );
}, 1_200_000); // on a machine that does nothing else it takes a minute
