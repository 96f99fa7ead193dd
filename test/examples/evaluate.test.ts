import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadEvaluation, metricsOf } from '../../src/results/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';

const root = join(import.meta.dirname, '..', '..');
const command = [
  '--import',
  'tsx',
  join('examples', 'evaluate.ts'),
  '--frames',
  '64',
  '--epochs',
  '2',
  '--clips',
  '10',
];

it('examples/evaluate.ts evaluates, compares and writes what it says', async () => {
  const out = temporaryDirectory();
  const { stdout } = await promisify(execFile)(process.execPath, [...command, '--out', out], { cwd: root });
  const result = await loadEvaluation(join(out, 'evaluation.json'));
  expect(stdout).toContain(String(result));
  expect(stdout).not.toContain('\u001b'); // standard output is a pipe
  expect(stdout).toContain(`accuracy ${metricsOf(result).accuracy.toFixed(3)}, 95 % interval [`);
  expect(stdout).toMatch(/^trained \/ hasty +\d+ +\d+ +[\d.]+ \(exact\)$/m);
  expect(result.robustness!.map(({ kind, points }) => [kind, points.map(({ severity }) => severity)])).toEqual([
    ['noise', [20, 0]],
    ['lowpass', [4000, 1000]],
  ]);
  expect(stdout).toContain(`noise 0 dB: accuracy ${result.robustness![0]!.points[1]!.accuracy.toFixed(3)}`);
  expect(result.training!.steps).toHaveLength(8);
});
