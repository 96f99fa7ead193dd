/**
 * Downloads from a Hub on loopback that cuts, stalls, garbles and refuses, in seeded ways; kills processes that download; and has ten
 * processes download at once. Each call must give the right bytes or a HubError, no file of the cache may ever be corrupt, and the
 * next call, with the faults gone, must succeed.
 *
 *   npx tsx scripts/fault-hub.ts [runs = 500] [seed = 1]
 *
 * In the end, one file of 200 MB is downloaded by a process whose memory is measured, over connections that are cut.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/random.js';
import { kinds, type Run, runAll, startChild } from '../test/hub/faultRuns.js';
import { startFaultyHub } from '../test/hub/faultyHub.js';

const MB = 1e6;

function print(runs: readonly Run[]): void {
  console.log('kind            runs  bytes  error  killed  violation  longest s');
  for (const kind of [...kinds, 'all'] as const) {
    const rows = runs.filter((run) => kind === 'all' || run.kind === kind);
    const counts = (['bytes', 'error', 'killed', 'violation'] as const).map(
      (outcome) => rows.filter((row) => row.outcome === outcome).length,
    );
    const longest = Math.max(0, ...rows.map(({ seconds }) => seconds)).toFixed(2);
    const cells = [rows.length, ...counts, longest];
    console.log(kind.padEnd(13) + cells.map((cell, i) => String(cell).padStart([7, 7, 7, 8, 11, 11][i]!)).join(''));
  }
}

/** @returns the most memory above what there was before, in bytes */
async function measureMemory(): Promise<number> {
  const hub = await startFaultyHub({ 'me/birds': { 'model.safetensors': Buffer.alloc(200 * MB, 'safetensors') } });
  const cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  hub.spoil(0.8, createRandom(1), ['cut']);
  try {
    return await new Promise((resolve, reject) => {
      const child = startChild(hub, cacheDir);
      child.on('message', (message) => {
        if (message !== 'begins') resolve((message as { memory: number }).memory);
      });
      child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)));
    });
  } finally {
    await hub.close();
    rmSync(cacheDir, { recursive: true });
  }
}

process.env['HF_HUB_DISABLE_IMPLICIT_TOKEN'] = '1';
const [count = 500, seed = 1] = process.argv.slice(2).map(Number);
const start = process.cpuUsage();
const runs = await runAll(count, seed, ({ number, kind, problem }) => {
  if (problem) console.log(`run ${number} (${kind}): ${problem}`);
});
const { user, system } = process.cpuUsage(start);
print(runs);
console.log(`${((user + system) / 1e6).toFixed(0)} s of processor time, without that of the processes it started.`);
console.log(`200 MB over connections that are cut: ${((await measureMemory()) / MB).toFixed(0)} MB of memory.`);
if (runs.some(({ outcome }) => outcome === 'violation')) process.exitCode = 1;
