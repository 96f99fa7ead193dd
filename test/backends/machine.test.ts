import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { availableBytes, defaultPoolBytes, physicalCores } from '../../src/backends/onnxruntime/machine.js';

/** Linux' files about a machine where `siblings[cpu]` are the hardware threads of a core. */
const files = (allowed: string, siblings: readonly string[]) => (path: string) => {
  if (path === '/proc/self/status') return `Name:\tnode\nCpus_allowed_list:\t${allowed}\nThreads:\t1\n`;
  const cpu = /cpu(\d+)\/topology\/thread_siblings_list$/.exec(path)?.[1];
  if (cpu === undefined || siblings[Number(cpu)] === undefined) throw new Error(`ENOENT: ${path}`);
  return `${siblings[Number(cpu)]}\n`;
};

describe('physicalCores', () => {
  it('counts hardware threads of one core once', () => {
    expect(physicalCores(files('0-1', ['0-1', '0-1']))).toBe(1);
    expect(physicalCores(files('0-1', ['0,4', '1,5']))).toBe(Math.min(2, availableParallelism()));
  });

  it('counts only the cores that the process may use', () => {
    expect(physicalCores(files('1,3', ['0', '1,3', '2', '1,3']))).toBe(1);
  });

  it('is never more than what Node may use', () => {
    const many = Array.from({ length: 4096 }, (_, cpu) => String(cpu));
    expect(physicalCores(files('0-4095', many))).toBe(availableParallelism());
  });

  it('is all there is where nothing tells', () => {
    expect(physicalCores(files('0-1', []))).toBe(availableParallelism());
    expect(physicalCores(() => '')).toBe(availableParallelism());
  });
});

describe('memory', () => {
  it('is told in bytes', () => {
    expect(availableBytes()).toBeGreaterThan(2 ** 20);
    expect(defaultPoolBytes()).toBeGreaterThan(2 ** 20);
    expect(defaultPoolBytes()).toBeLessThan(2 ** 50);
  });
});
