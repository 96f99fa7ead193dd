import { arch, cpus, platform, totalmem } from 'node:os';
import { startEngine } from './process.js';

/** The best this machine does, in operations a second (a multiplication and an addition are two) and bytes a second. */
export interface Rates {
  /** float32 product of 2048 x 2048 matrices by ONNX Runtime, on all cores. */
  float32: number;
  /** The same on one thread. */
  oneThread: number;
  /** The same with 8-bit integers, on all cores. */
  int8: number;
  /** Bytes read and written by copying an array that no cache holds, on one thread. */
  memory: number;
}

export interface Machine {
  cpu: string;
  logicalCores: number;
  memoryBytes: number;
  system: string;
  node: string;
  /** The best that was seen in the course of all measurements. */
  rates: Rates;
}

export const describeMachine = (rates: Rates): Machine => ({
  cpu: cpus()[0]!.model.trim(),
  logicalCores: cpus().length,
  memoryBytes: totalmem(),
  system: `${platform()} ${arch()}`,
  node: process.version,
  rates,
});

/** What the machine does now, or did before where that was more: what else it is busy with comes and goes. */
export async function bestRates(before?: Rates): Promise<Rates> {
  const engine = await startEngine({ file: 'rates.ts', task: {} });
  const now = (await engine.run()).outputs as [number, number, number, number];
  await engine.stop();
  const best = (i: number, name: keyof Rates) => Math.max(now[i]!, before?.[name] ?? 0);
  return {
    float32: best(0, 'float32'),
    oneThread: best(1, 'oneThread'),
    int8: best(2, 'int8'),
    memory: best(3, 'memory'),
  };
}
