import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';

/** Numbers of a list as Linux writes it: `0-2,5` is 0, 1, 2 and 5. */
const numbersIn = (list: string): number[] =>
  list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number) as [number, number?];
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });

/**
 * Cores this process may use, not hardware threads: two threads of one core share the units that multiply. Linux tells;
 * elsewhere all that is available counts.
 */
export function physicalCores(readFile = (path: string) => readFileSync(path, 'utf8')): number {
  try {
    const allowed = /^Cpus_allowed_list:(.*)$/m.exec(readFile('/proc/self/status'))![1]!;
    const siblings = numbersIn(allowed).map((cpu) =>
      readFile(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`),
    );
    return Math.min(new Set(siblings).size, availableParallelism());
  } catch {
    return availableParallelism();
  }
}

/** A quarter of the machine's memory, or of what its container may use. */
export const defaultPoolBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 4;

/** Bytes that this process may still take. Node tells of a container's limit since 20.13. */
export const availableBytes = (): number => process.availableMemory?.() ?? freemem();
