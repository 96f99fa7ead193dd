import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';

const root = join(import.meta.dirname, '..', '..');
const command = ['--import', 'tsx', join('examples', 'cross-validation.ts'), '--frames', '64', '--epochs', '1'];

describe('examples/cross-validation.ts', () => {
  it('trains folds in processes of their own, puts them together and compares', async () => {
    const out = temporaryDirectory();
    const run = async (...flags: string[]) =>
      (await promisify(execFile)(process.execPath, [...command, '--out', out, ...flags], { cwd: root })).stdout;
    const [first] = await Promise.all([run('--only', '1'), run('--only', '2')]);
    expect(first).toContain('plain, fold 1:');
    expect(first).not.toContain('fold 3');
    expect(readdirSync(join(out, 'augmented')).sort()).toEqual(['fold-1.json', 'fold-2.json']);

    const whole = await run();
    expect(whole).not.toMatch(/fold [12]: \d+ steps/);
    expect(whole.match(/^(plain|augmented), fold [345]: 8 steps/gm)).toHaveLength(6);
    expect(whole).toMatch(/^plain: 5 of 5 folds$/m);
    expect(whole).toMatch(/^std: of a sample, ddof 1\. All folds together: \d+ of 80 clips right\.$/m);
    expect(whole).toMatch(/^plain \/ augmented {2,}\d+ +\d+ {2,}[\d.]+( \(exact\))?$/m);
  });
});
