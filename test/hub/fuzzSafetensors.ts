import { readFileSync, writeFileSync } from 'node:fs';
import { CheckpointError } from '../../src/errors.js';
import { type ByteSource, memorySource, openSafetensors, type SafetensorsFile } from '../../src/hub/index.js';
import { DTYPE_BITS } from '../../src/hub/safetensorsHeader.js';
import { createRandom } from '../../src/random.js';
import { MUTATIONS, type Mutation, makeBomb, mutatedSafetensors } from './mutateSafetensors.js';

export interface FuzzOutcome {
  readonly number: number;
  readonly mutation: Mutation | 'large bomb';
  readonly kind: 'tensors' | 'error' | 'violation';
  readonly seconds: number;
  /** Bytes that were read at one time, over the file's size. */
  readonly readShare: number;
  /** Most memory above what there was before, of files large enough to measure; in bytes. */
  readonly memory: number;
  readonly problem: string | undefined;
}

/** One in so many files is a bomb of megabytes, whose memory is measured. */
const LARGE_EVERY = 1000;
const MOST_SECONDS = 2;
const MB = 2 ** 20;

/** Opens and reads the `number`-th damaged file of a seed. */
export async function fuzzSafetensors(number: number, seed: number): Promise<FuzzOutcome> {
  const random = createRandom([seed, number, 'safetensors']);
  const isLarge = number % LARGE_EVERY === LARGE_EVERY - 1;
  const mutation = isLarge ? 'large bomb' : MUTATIONS[number % MUTATIONS.length]!;
  const bytes = isLarge ? largeBomb(1 + random.integer(8), random) : mutatedSafetensors(mutation as Mutation, random);
  const source = countingSource(bytes);

  const before = isLarge ? restartPeak() : 0;
  const start = process.cpuUsage();
  const result = await readEverything(source, bytes).catch((error: unknown) => error);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  const memory = isLarge ? peakMemory() - before : 0;
  const readShare = source.most() / Math.max(1, bytes.length);

  const problem =
    problemOf(result, mutation) ??
    (seconds > MOST_SECONDS ? `takes ${seconds.toFixed(2)} s` : undefined) ??
    (readShare > 1.1 ? `reads ${source.most()} bytes of a file of ${bytes.length}` : undefined) ??
    // 16 MB of entries, and what the garbage collector leaves lying of them.
    (memory > 1.1 * bytes.length + 32 * MB
      ? `takes ${(memory / MB).toFixed(0)} MB for ${bytes.length} bytes`
      : undefined);
  const kind = problem ? 'violation' : result instanceof Error ? 'error' : 'tensors';
  return { number, mutation, kind, seconds, readShare, memory, problem };
}

function largeBomb(megabytes: number, random: ReturnType<typeof createRandom>): Uint8Array {
  const header = new TextEncoder().encode(makeBomb(megabytes * MB, random));
  const bytes = new Uint8Array(8 + header.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

/** Counts the bytes of reads whose buffers are alive together: those of the header, or of one tensor. */
function countingSource(bytes: Uint8Array): ByteSource & { most(): number } {
  const source = memorySource('fuzzed.safetensors', bytes);
  let most = 0;
  let prefix = 0;
  return {
    ...source,
    async read(start, end) {
      most = Math.max(most, end - start + prefix);
      prefix = start === 0 && end === 8 ? 8 : 0;
      return source.read(start, end);
    },
    most: () => most,
  };
}

/** Reads all that can be read and compares it with the file's bytes; throws what opening threw, or what is wrong. */
async function readEverything(source: ByteSource, bytes: Uint8Array): Promise<SafetensorsFile> {
  const file = await openSafetensors(source);
  let covered = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  for (const [name, { dtype, shape, start, end }] of file.tensors) {
    const bits = shape.reduce((product, size) => product * size, DTYPE_BITS[dtype]);
    if (
      start !== covered ||
      bits !== 8 * (end - start) ||
      !shape.every((size) => Number.isSafeInteger(size) && size >= 0)
    )
      throw new Error(`${name}: ${dtype} [${shape}] at ${start}-${end} after ${covered}`);
    covered = end;
    if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') continue;
    const { data } = await file.read(name);
    const elements = shape.reduce((product, size) => product * size, 1);
    if (data.length !== elements) throw new Error(`${name}: ${data.length} values of [${shape}]`);
    const read = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (dtype === 'F32' && Buffer.compare(read, bytes.subarray(start, end)) !== 0)
      throw new Error(`${name}: other bytes than the file's`);
  }
  if (covered !== bytes.length) throw new Error(`${bytes.length - covered} bytes belong to no tensor`);
  await file.close();
  return file;
}

function problemOf(result: unknown, mutation: FuzzOutcome['mutation']): string | undefined {
  if (!(result instanceof Error)) return undefined;
  if (!(result instanceof CheckpointError)) return `not a CheckpointError: ${result.stack}`;
  if (!result.message.includes('fuzzed.safetensors')) return `does not name the file: ${result.message}`;
  if (result.message.length > 1000) return `a message of ${result.message.length} characters`;
  if (/NaN|undefined|Infinity/.test(result.message.replace(/(shape|data_offsets|dtype) [^ ]*/g, '')))
    return result.message;
  return mutation === 'harmless' ? `refuses a whole file: ${result.message}` : undefined;
}

/** Begins to measure the most memory anew, where the system can (Linux); returns what there is now. */
function restartPeak(): number {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // `peakMemory` is then that of the whole run: it only ever says too much.
  }
  return process.memoryUsage.rss();
}
function peakMemory(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  } catch {
    return process.memoryUsage.rss();
  }
}
