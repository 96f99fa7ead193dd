import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';

/** Cores, not hardware threads: two threads of one core share the units that multiply. Linux tells; elsewhere all that is available. */
export function physicalCores(): number {
  const cpus = '/sys/devices/system/cpu';
  try {
    const siblings = readdirSync(cpus)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(join(cpus, name, 'topology', 'thread_siblings_list'), 'utf8'));
    return Math.max(1, Math.min(new Set(siblings).size, availableParallelism()));
  } catch {
    return availableParallelism();
  }
}

export const defaultPoolBytes = (): number => totalmem() / 4;
