/** Downloads from a Hub that answers wrongly, and what must hold of each. For the tests and for scripts/fault-hub.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '../../src/errors.js';
import { openRepository, type RepositoryOptions, type RetryOptions } from '../../src/hub/index.js';
import { createRandom, type Random } from '../../src/random.js';
import { type FaultyHub, RANGE_FAULTS, startFaultyHub } from './faultyHub.js';

export const kinds = ['one call', 'calls at once', 'data set', 'kill -9', 'ten processes'] as const;
export type Kind = (typeof kinds)[number];

export interface Run {
  readonly number: number;
  readonly kind: Kind;
  /** `'bytes'`: the calls succeeded in spite of all; `'error'`: one or more ended in a HubError; `'killed'`: by the test. */
  readonly outcome: 'bytes' | 'error' | 'killed' | 'violation';
  /** Longest call. */
  readonly seconds: number;
  readonly problem?: string;
}

/** More than a busy machine takes: it hangs. */
const MOST_SECONDS = 600;
const config = Buffer.from('{"hidden_size": 32}');

/** Few runs start processes, which takes a second of processor time each. */
export function kindOf(number: number): Kind {
  if (number % 500 === 499) return 'ten processes';
  if (number % 50 === 25) return 'kill -9';
  return (['one call', 'one call', 'one call', 'calls at once', 'data set'] as const)[number % 5]!;
}

/** @throws only when the test itself is at fault */
export async function runFaults(number: number, seed: number): Promise<Run> {
  const random = createRandom([seed, number]);
  const kind = kindOf(number);
  const isSlow = kind === 'kill -9' || kind === 'ten processes';
  const size = isSlow ? 2_000_000 : 1 + Math.floor(random.uniform() ** 2 * 400_000);
  const weights = Buffer.alloc(size);
  for (let i = 0; i < size; i++) weights[i] = (i * (i >> 8)) ^ number;
  const files = { 'config.json': config, 'model.safetensors': weights };
  const hub = await startFaultyHub({ 'me/birds': files, 'datasets/me/sounds': { 'a.parquet': weights } });
  const cacheDir = mkdtempSync(join(tmpdir(), 'ast-ts-'));
  const start = performance.now();
  try {
    const problemsAndOutcome = await {
      'one call': () => callsAtOnce(1, hub, cacheDir, weights, random),
      'calls at once': () => callsAtOnce(3, hub, cacheDir, weights, random),
      'data set': () => readRanges(hub, cacheDir, weights, random),
      'kill -9': () => killProcesses(hub, cacheDir, random),
      'ten processes': () => tenProcesses(hub, cacheDir),
    }[kind]();
    const seconds = (performance.now() - start) / 1000;
    const problems = [
      ...problemsAndOutcome.problems,
      ...wrongBlobs(cacheDir),
      ...(await healthyProblems(kind, hub, cacheDir, weights)),
      ...(seconds > MOST_SECONDS ? [`takes ${seconds.toFixed(1)} s`] : []),
    ];
    if (problems.length > 0) return { number, kind, outcome: 'violation', seconds, problem: problems.join('; ') };
    return { number, kind, outcome: problemsAndOutcome.outcome, seconds };
  } finally {
    await hub.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

interface Result {
  readonly outcome: Run['outcome'];
  readonly problems: string[];
}

const impatient: RetryOptions = { retries: 4, waitSeconds: 0.002, stallSeconds: 1 };
/** So that a busy machine is no fault; connections that broke before are still in the pool. */
const patient: RetryOptions = { retries: 10, waitSeconds: 0.05, stallSeconds: 20 };

const optionsFor = (hub: FaultyHub, cacheDir: string, retry: RetryOptions): RepositoryOptions => ({
  hubUrl: hub.url,
  cacheDir,
  onWarning: () => {},
  retry,
});

async function readModel(hub: FaultyHub, cacheDir: string, retry: RetryOptions): Promise<Uint8Array> {
  const repository = await openRepository('me/birds', optionsFor(hub, cacheDir, retry));
  if (JSON.stringify(await repository.readJson('config.json')) !== '{"hidden_size":32}')
    throw new Error('another config');
  const source = await repository.open('model.safetensors');
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}

/** What is wrong with how a call ended: it must give the bytes, or a HubError. */
function problemOf(result: PromiseSettledResult<Uint8Array>, expected: Uint8Array): string[] {
  if (result.status === 'fulfilled') return Buffer.compare(result.value, expected) === 0 ? [] : ['gives other bytes'];
  return result.reason instanceof HubError ? [] : [`not a HubError: ${(result.reason as Error).stack}`];
}

async function callsAtOnce(
  calls: number,
  hub: FaultyHub,
  cacheDir: string,
  weights: Uint8Array,
  random: Random,
): Promise<Result> {
  hub.spoil(0.2 + 0.6 * random.uniform(), random);
  const results = await Promise.allSettled(Array.from({ length: calls }, () => readModel(hub, cacheDir, impatient)));
  return {
    outcome: results.every(({ status }) => status === 'fulfilled') ? 'bytes' : 'error',
    problems: results.flatMap((result) => problemOf(result, weights)),
  };
}

/** Ranges have no hash of their own: a byte that is garbled on the way, in an answer right otherwise, cannot be told. */
async function readRanges(hub: FaultyHub, cacheDir: string, table: Uint8Array, random: Random): Promise<Result> {
  hub.spoil(0.2 + 0.6 * random.uniform(), random, RANGE_FAULTS);
  const problems: string[] = [];
  let outcome: Run['outcome'] = 'bytes';
  for (let i = 0; i < 4; i++) {
    const start = Math.floor(random.uniform() * table.length);
    const end = start + Math.floor(random.uniform() * (table.length - start));
    const [result] = await Promise.allSettled([readRange(hub, cacheDir, start, end, impatient)]);
    if (result.status === 'rejected') outcome = 'error';
    problems.push(...problemOf(result, table.subarray(start, end)));
  }
  return { outcome, problems };
}

async function readRange(hub: FaultyHub, cacheDir: string, start: number, end: number, retry: RetryOptions) {
  const repository = await openRepository('me/sounds', { ...optionsFor(hub, cacheDir, retry), type: 'dataset' });
  return (await repository.open('a.parquet')).read(start, end);
}

export function startChild(hub: FaultyHub, cacheDir: string): ChildProcess {
  const child = join(import.meta.dirname, 'downloadChild.ts');
  return fork(child, [hub.url, cacheDir], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

/** Two processes download the same file; each is killed at a random moment. */
async function killProcesses(hub: FaultyHub, cacheDir: string, random: Random): Promise<Result> {
  hub.pace = 2; // 2 MB in a quarter of a second or more
  const codes = await Promise.all(
    Array.from({ length: 2 }, () => {
      const child = startChild(hub, cacheDir);
      const delay = 400 * random.uniform();
      child.once('message', () => setTimeout(() => child.kill('SIGKILL'), delay));
      return ended(child);
    }),
  );
  hub.pace = 0;
  const failed = codes.filter((code) => code !== null && code !== 0); // null: killed
  return { outcome: 'killed', problems: failed.map((code) => `a process ended with ${code}`) };
}

async function tenProcesses(hub: FaultyHub, cacheDir: string): Promise<Result> {
  hub.pace = 1;
  const codes = await Promise.all(Array.from({ length: 10 }, () => ended(startChild(hub, cacheDir))));
  hub.pace = 0;
  const problems = codes.some((code) => code !== 0) ? [`processes ended with ${codes.join()}`] : [];
  if (hub.downloads !== 1) problems.push(`ten processes made ${hub.downloads} downloads`);
  return { outcome: 'bytes', problems };
}

/** A healthy server: the next call succeeds, with the right bytes, and leaves nothing half done. */
async function healthyProblems(kind: Kind, hub: FaultyHub, cacheDir: string, weights: Uint8Array): Promise<string[]> {
  hub.spoil(0, createRandom(0));
  try {
    if (kind === 'data set') {
      const bytes = await readRange(hub, cacheDir, 0, weights.length, patient);
      return Buffer.compare(bytes, weights) === 0 ? [] : ['the next call gives other bytes'];
    }
    const bytes = await readModel(hub, cacheDir, patient);
    // One that was killed while it waited for a file that is whole by now leaves its ticket: nobody needs that lock any more.
    const mustGo = kind === 'kill -9' ? /\.incomplete$/ : /\.(incomplete|lock)$/;
    const left = listFiles(cacheDir).filter((path) => mustGo.test(path));
    return [
      ...(Buffer.compare(bytes, weights) === 0 ? [] : ['the next call gives other bytes']),
      ...(left.length === 0 ? [] : [`leaves ${left.join()}`]),
      ...wrongBlobs(cacheDir),
    ];
  } catch (error) {
    return [`the next call fails: ${(error as Error).stack}`];
  }
}

const listFiles = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory, { recursive: true, encoding: 'utf8' }) : [];

/** Blobs that are not what their names say: files under their final names must be whole, whatever happened. */
function wrongBlobs(cacheDir: string): string[] {
  const blobs = join(cacheDir, 'models--me--birds', 'blobs');
  return listFiles(blobs).flatMap((name) => {
    if (!/^[0-9a-f]+$/.test(name)) return [];
    const bytes = readFileSync(join(blobs, name));
    const isSha256 = name.length === 64;
    const hash = createHash(isSha256 ? 'sha256' : 'sha1')
      .update(isSha256 ? '' : `blob ${bytes.length}\0`)
      .update(bytes);
    return hash.digest('hex') === name ? [] : [`a corrupt file in the cache: ${name}`];
  });
}

/** Most of the time is waited for what stalls; the runs that start processes use the processor. */
const AT_ONCE = 8;

/** Runs [0, count), several at once. */
export async function runAll(count: number, seed: number, onRun: (run: Run) => void = () => {}): Promise<Run[]> {
  const runs: Run[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < count) {
      const run = await runFaults(next++, seed);
      runs.push(run);
      onRun(run);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return runs.sort((a, b) => a.number - b.number);
}
