/**
 * Damages sound files in seeded ways and decodes them: each must give samples or an AudioDecodeError, within 2 s and within 10
 * times the file's size plus 32 MB of memory.
 *
 *   npx tsx scripts/fuzz-audio.ts [mutations = 20000] [seed = 1]
 *
 * The files are those of every format in AST_TS_SHARED (default ../shared) and some that the script writes. Decoding runs in a child
 * process, so that a hang or a crash is seen. A mutation is repeated by its number: `--only 1234`.
 */
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeAudio } from '../src/audio/index.js';
import { AudioDecodeError } from '../src/errors.js';
import { createRandom } from '../src/random.js';
import { mutate } from '../test/audio/mutate.js';
import { sharedFiles, writtenFiles } from '../test/audio/soundFiles.js';

const MOST_SECONDS = 2;
const MB = 2 ** 20;
/** A child that says nothing for so long hangs. */
const SILENCE_SECONDS = 30;
/** On a busy machine a child takes long until it says its first word: no sound is at fault then. */
const START_SECONDS = 300;

interface Outcome {
  readonly number: number;
  readonly file: string;
  readonly kind: 'samples' | 'warning' | 'error' | 'violation';
  readonly seconds: number;
  /** Most memory above what there was before, in bytes. */
  readonly memory: number;
  readonly problem?: string;
  readonly isOverLimit?: boolean;
}
type Files = readonly (readonly [string, Uint8Array])[];
type Message = { readonly starts: number } | Outcome;

/** The most memory since this was last called, where the system tells (Linux). */
function restartPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // `peakMemory` is then that of the whole run, and `memoryOf` alone counts.
  }
}
function peakMemory(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  } catch {
    return 0;
  }
}
/** Also memory that is reserved and not yet used. */
const memoryOf = ({ heapUsed, external }: NodeJS.MemoryUsage): number => heapUsed + external;

/** Collecting garbage now and then takes time and memory too: what is over a limit counts when it is so each time. */
const MOST_ATTEMPTS = 3;

async function tryMutation(number: number, seed: number, files: Files): Promise<Outcome> {
  let outcome = await decodeMutation(number, seed, files);
  for (let attempt = 1; outcome.isOverLimit && attempt < MOST_ATTEMPTS; attempt++)
    outcome = await decodeMutation(number, seed, files);
  return outcome;
}

async function decodeMutation(number: number, seed: number, files: Files): Promise<Outcome> {
  const random = createRandom([seed, number]);
  const [file, original] = files[number % files.length]!;
  const bytes = mutate(original, random);
  const sampleRate = random.uniform() < 0.5 ? 16000 : undefined;
  const warnings: string[] = [];

  restartPeak();
  const before = process.memoryUsage();
  const start = process.cpuUsage();
  const result = await decodeAudio(bytes, { name: file, sampleRate, onWarning: (text) => warnings.push(text) }).catch(
    (error: unknown) => error,
  );
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const memory = Math.max(memoryOf(process.memoryUsage()) - memoryOf(before), peakMemory() - before.rss);

  const limit = limitOf(seconds, memory, bytes.length);
  const problem = problemOf(result, file) ?? limit;
  const kind = result instanceof Error ? 'error' : warnings.length > 0 ? 'warning' : 'samples';
  const isOverLimit = limit !== undefined;
  return { number, file, kind: problem ? 'violation' : kind, seconds, memory, problem, isOverLimit };
}

function problemOf(result: unknown, file: string): string | undefined {
  if (result instanceof AudioDecodeError)
    return result.file === file && result.message.includes(file)
      ? undefined
      : `does not name the file: ${result.message}`;
  if (result instanceof Error) return `not an AudioDecodeError: ${result.stack}`;
  const { samples } = result as { samples: Float32Array };
  if (samples.length === 0) return 'no samples and no error';
  return samples.every(Number.isFinite) ? undefined : 'samples that are not finite';
}

function limitOf(seconds: number, memory: number, size: number): string | undefined {
  if (seconds > MOST_SECONDS) return `takes ${seconds.toFixed(2)} s`;
  return memory > 10 * size + 32 * MB ? `takes ${(memory / MB).toFixed(0)} MB for ${size} bytes` : undefined;
}

async function child(first: number, count: number, seed: number): Promise<void> {
  const files = [...sharedFiles(), ...writtenFiles];
  /** Waits until the parent has it: a message on its way would be lost when the process ends. */
  const send = (message: Message): Promise<void> => new Promise((resolve) => process.send!(message, () => resolve()));
  await Promise.all(files.map(([name, bytes]) => decodeAudio(bytes, { name, onWarning: () => {} }).catch(() => {}))); // decoders load
  for (let number = first; number < first + count; number++) {
    await send({ starts: number });
    await send(await tryMutation(number, seed, files));
  }
  process.disconnect();
}

/** Runs mutations [first, first + count) in a child process; @returns the number of the one it hung at, if any */
function runChild(
  first: number,
  count: number,
  seed: number,
  onOutcome: (outcome: Outcome) => void,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const started = fork(process.argv[1]!, ['--child', String(first), String(count), String(seed)], {
      execArgv: [...process.execArgv, '--max-semi-space-size=4'], // less garbage in what is measured
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'], // a decoder writes to the console
    });
    let current = first;
    let timer: NodeJS.Timeout | undefined;
    const wait = (seconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => started.kill('SIGKILL'), seconds * 1000);
    };
    wait(START_SECONDS);
    started.on('message', (message: Message) => {
      wait(SILENCE_SECONDS);
      if ('starts' in message) current = message.starts;
      else onOutcome(message);
    });
    started.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : current);
    });
  });
}

async function main(count: number, seed: number, only: number | undefined): Promise<void> {
  const outcomes: Outcome[] = [];
  const add = (outcome: Outcome): void => {
    outcomes.push(outcome);
    if (outcome.problem) console.log(`mutation ${outcome.number} of ${outcome.file}: ${outcome.problem}`);
  };
  const last = only === undefined ? count : only + 1;
  for (let next = only ?? 0; next < last; ) {
    const hung = await runChild(next, last - next, seed, add);
    if (hung === undefined) break;
    add({ number: hung, file: '?', kind: 'violation', seconds: 0, memory: 0, problem: 'hangs, or ends the process' });
    next = hung + 1;
  }
  print(outcomes);
  if (outcomes.length !== last - (only ?? 0) || outcomes.some(({ kind }) => kind === 'violation')) process.exitCode = 1;
}

/** A line for each kind of file. */
function print(outcomes: readonly Outcome[]): void {
  const extensions = [...new Set(outcomes.map(({ file }) => file.split('.').at(-1)!))].sort();
  console.log('kind    runs  samples  warning  error  violation  longest s  most MB');
  for (const extension of [...extensions, 'all']) {
    const rows = outcomes.filter(({ file }) => extension === 'all' || file.endsWith(extension));
    const counts = (['samples', 'warning', 'error', 'violation'] as const).map(
      (kind) => rows.filter((row) => row.kind === kind).length,
    );
    const longest = Math.max(...rows.map(({ seconds }) => seconds)).toFixed(2);
    const most = (Math.max(...rows.map(({ memory }) => memory)) / MB).toFixed(1);
    const cells = [rows.length, ...counts, longest, most];
    console.log(
      extension.padEnd(6) + cells.map((cell, i) => String(cell).padStart([6, 9, 9, 7, 11, 11, 9][i]!)).join(''),
    );
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--child') await child(...(rest.map(Number) as [number, number, number]));
else if (mode === '--only') await main(0, Number(rest[1] ?? 1), Number(rest[0]));
else await main(Number(mode ?? 20_000), Number(rest[0] ?? 1), undefined);
