import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';

const root = join(import.meta.dirname, '..', '..');

/** Runs an example as a user does; sends Ctrl-C when it prints what matches. */
function run(example: string, directory: string, interruptAt?: RegExp) {
  const child = spawn(process.execPath, ['--import', 'tsx', join('examples', example), directory], { cwd: root });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (!interruptAt?.test(stdout)) return;
    interruptAt = undefined;
    child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise<{ stdout: string; stderr: string; code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}

describe('examples/resume.ts', () => {
  it('ends at Ctrl-C with a checkpoint, and the next time goes on to where one run would have got', async () => {
    const whole = await run('resume.ts', temporaryDirectory());
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringMatching(/^training begins: 48 steps\n/)]);

    const directory = temporaryDirectory();
    const first = await run('resume.ts', directory, /saved as/);
    expect(first.signal).toBe('SIGINT');
    expect(first.stderr).toContain('SIGINT: the run ends with a checkpoint after this step');
    const [, step] = /step (\d+): accuracy [\d.]+, saved as \S+\n$/.exec(first.stdout)!;
    const second = await run('resume.ts', directory);
    expect([second.code, second.stderr]).toEqual([0, '']);
    expect(second.stdout).toContain(`training goes on after step ${step}\n`);
    const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);
    expect(lastLine(second.stdout)).toBe(lastLine(whole.stdout));
    expect(existsSync(join(directory, 'model', 'model.safetensors'))).toBe(true);
  });
});

describe('examples/custom-callback.ts', () => {
  it('watches the worst class, saves when it gets better, and ends when all are good', async () => {
    const { code, stdout, stderr } = await run('custom-callback.ts', temporaryDirectory());
    expect([code, stderr]).toEqual([0, '']);
    const found = [...stdout.matchAll(/step \d+: \w+ is found least, (\d+) % of its clips\n( {2}saved as)?/g)];
    let best = 0;
    for (const [, recall, saved] of found) {
      expect(saved !== undefined).toBe(Number(recall) > best);
      best = Math.max(best, Number(recall));
    }
    expect(best).toBeGreaterThanOrEqual(75);
    expect(stdout).toMatch(/ended after \d+ of at most 240 steps\n$/);
  });
});
