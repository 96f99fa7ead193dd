import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** What a process leaves in an empty home directory. */
async function filesLeft(): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'ast-ts-home-'));
  const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...rest } = process.env;
  const script = join(import.meta.dirname, '..', 'support', 'multiplyInThread.ts');
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script], {
    env: { ...rest, HOME: home },
  });
  expect(stdout.trim()).toBe('64');
  return (await readdir(home, { recursive: true })).filter((name) => name.includes('onnxruntime'));
}

it('onnxruntime reports its use to nobody and keeps no database for that, also in a worker thread', async () => {
  expect(await filesLeft()).toEqual([]);
});
