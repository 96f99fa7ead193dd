import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'tsup';

const root = join(import.meta.dirname, '..', '..', '..');

/** resumableRun.ts as JavaScript: it starts in a third of the time that TypeScript takes. */
export async function buildResumableRun(): Promise<{ program: string; remove: () => void }> {
  // Inside node_modules, so that packages are found from there.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'ast-ts-run-'));
  await build({
    config: false,
    silent: true,
    entry: { run: join(import.meta.dirname, 'resumableRun.ts') },
    outDir,
    format: ['esm'],
    platform: 'node',
    target: 'es2022',
    splitting: true,
  });
  return { program: join(outDir, 'run.js'), remove: () => rmSync(outDir, { recursive: true, force: true }) };
}

/** What a run that came to its end printed last. */
export interface RunEnd {
  readonly lastWeights: string;
  readonly bestWeights: string;
  readonly log: string;
  readonly globalStep: number;
  readonly evaluations: number;
}

export interface Life {
  readonly code: number | null;
  readonly signal: string | null;
  /** Number of the last step it told of. */
  readonly step: number;
  readonly end: RunEnd | undefined;
  readonly stderr: string;
}

/** Runs a program until it ends; calls `atStep` after every step it tells of. */
export function live(
  command: readonly string[],
  atStep: (step: number, process: ChildProcess) => void = () => undefined,
): Promise<Life> {
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [step, end, stderr] = [0, undefined as RunEnd | undefined, ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  createInterface(child.stdout).on('line', (line) => {
    const [, number] = /^step (\d+)$/.exec(line) ?? [];
    if (number === undefined) end = JSON.parse(line) as RunEnd;
    else atStep((step = Number(number)), child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, step, end, stderr }));
  });
}
