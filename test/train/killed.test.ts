import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { buildResumableRun, live, type RunEnd } from './support/processes.js';

const STEPS = 60;
const KILLS = 30;

describe('a run in a process that is ended', () => {
  let program = '';
  let remove: () => void;
  let expected: RunEnd;
  const run = (directory: string, ...settings: string[]): string[] => [
    process.execPath,
    program,
    directory,
    ...settings,
  ];
  const directories: string[] = [];
  /** In memory, where the system has such a place: how fast a disk is must not decide how long this takes. */
  const newDirectory = async (): Promise<string> => {
    const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const directory = await mkdtemp(join(parent, 'ast-ts-'));
    directories.push(directory);
    return directory;
  };
  const checkpoints = (directory: string): string[] =>
    readdirSync(directory).filter((name) => name.startsWith('checkpoint-'));

  beforeAll(async () => {
    ({ program, remove } = await buildResumableRun());
    const { code, end } = await live(run(await newDirectory()));
    expect([code, end?.globalStep]).toEqual([0, STEPS]);
    expected = end!;
    expect(expected.bestWeights).not.toBe(expected.lastWeights);
  });
  afterAll(async () => {
    remove();
    for (const directory of directories) await rm(directory, { recursive: true });
  });

  it(`by kill -9 at ${KILLS} random moments ends with the same weights and log`, async () => {
    const random = createRandom([2026, 'kill']);
    const moments = Array.from({ length: KILLS }, () => random.uniform(0, STEPS - 5)).sort((a, b) => a - b);
    const directory = await newDirectory();
    for (const moment of moments) {
      const wait = random.uniform(0, 40); // ms: within the next step, an evaluation or a checkpoint
      let due = false;
      const { signal } = await live(run(directory, '{}', String(STEPS)), (step, child) => {
        if (due || step < moment) return;
        due = true;
        setTimeout(() => child.kill('SIGKILL'), wait);
      });
      expect(signal).toBe('SIGKILL');
    }
    const { code, end } = await live(run(directory));
    expect(code).toBe(0);
    expect(end).toEqual(expected);
    expect(checkpoints(directory)).toHaveLength(2); // no half-written ones are left
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s finishes its step, saves, ends as the signal would have, and goes on later',
    async (name) => {
      const directory = await newDirectory();
      const { signal, step, stderr, end } = await live(run(directory), (step, child) => {
        if (step === 13) child.kill(name);
      });
      expect([signal, end]).toEqual([name, undefined]);
      expect(stderr).toContain(`ast-ts: ${name}: the run ends with a checkpoint after this step.`);
      expect(checkpoints(directory)).toContain(`checkpoint-${step}`);
      const firstSteps: number[] = [];
      const later = await live(run(directory), (step) => void firstSteps.push(step));
      expect(firstSteps[0]).toBe(step + 1);
      expect(later.end).toEqual(expected);
    },
  );

  it('by a second signal ends at once', async () => {
    const directory = await newDirectory();
    const settings = JSON.stringify({ saveStrategy: 'no', loadBestModelAtEnd: false });
    const { signal } = await live(run(directory, settings, '5'), (step, child) => {
      if (step === 5) {
        child.kill('SIGTERM');
        child.stderr!.once('data', () => child.kill('SIGTERM'));
      }
    });
    expect(signal).toBe('SIGTERM');
    expect(checkpoints(directory)).toEqual([]);
  });

  it('by a signal ends at once where saveOnSignal is off', async () => {
    const directory = await newDirectory();
    const settings = JSON.stringify({ saveOnSignal: false, saveSteps: 50, loadBestModelAtEnd: false });
    const { signal, stderr } = await live(run(directory, settings, '5'), (step, child) => {
      if (step === 5) child.kill('SIGINT');
    });
    expect(signal).toBe('SIGINT');
    expect(stderr).not.toContain('SIGINT');
    expect(checkpoints(directory)).toEqual([]);
  });

  const hasShell = process.platform === 'linux';
  it.skipIf(!hasShell)('by a disk that takes no more keeps its last checkpoint (needs ulimit)', async () => {
    const directory = await newDirectory();
    await live(run(directory), (step, child) => {
      if (step === 13) child.kill('SIGTERM');
    });
    const before = checkpoints(directory);
    const limited = ['bash', '-c', 'ulimit -f 16; exec "$@"', 'bash', ...run(directory)]; // KiB: too few for the moments
    const { code, stderr } = await live(limited);
    expect(code).toBe(1);
    expect(stderr).toMatch(/TrainingError: The checkpoint of step \d+ cannot be written to .*: EFBIG/);
    expect(stderr).toContain('The checkpoints before it are whole');
    expect(checkpoints(directory)).toEqual(before);
    expect((await live(run(directory))).end).toEqual(expected);
  });
});
