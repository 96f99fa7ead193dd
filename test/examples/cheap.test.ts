import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';

const root = join(import.meta.dirname, '..', '..');

/** Runs the program as a user does; it must not complain. */
async function run(example: string, directory: string): Promise<string> {
  const command = ['--import', 'tsx', join('examples', example), directory];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: root });
  expect(stderr).toBe('');
  return stdout;
}

const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1]);

describe('examples/lora.ts', () => {
  it('trains an adapter that is small, better than the base, and the same when it is loaded', async () => {
    const directory = temporaryDirectory();
    const output = await run('lora.ts', directory);
    const before = numberIn(output, /before: accuracy (.+)/);
    const after = numberIn(output, /after: {2}accuracy (.+)/);
    expect(after).toBeGreaterThan(before);
    expect(numberIn(output, /loaded and merged: accuracy (.+)/)).toBe(after);
    expect(readdirSync(join(directory, 'adapter'))).toContain('adapter_model.safetensors');
    expect(numberIn(output, /adapter: (\d+) kB/)).toBeLessThan(0.1 * numberIn(output, /base: (\d+) kB/));
  });
});

describe('examples/head-only.ts', () => {
  it('trains a head that the model is saved with', async () => {
    const directory = temporaryDirectory();
    const output = await run('head-only.ts', directory);
    expect(numberIn(output, /accuracy (.+)/)).toBeGreaterThan(0.5); // of four classes
    expect(output).toMatch(/The head has 388 of \d+ parameters/);
    expect(readdirSync(directory)).toContain('model.safetensors');
  });
});
