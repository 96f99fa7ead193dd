import type { Phase } from './operations.js';
import { type Command, type RunningEngine, startEngine } from './process.js';

/** One of those that do the same task. */
export interface Contender {
  name: string;
  /** How to start it; throws the reason where it cannot be. */
  command(): Command;
  /** The work of a run, for its floor. */
  phases?: readonly Phase[];
  /** Runs that are not counted: the first ones fill pools and caches. Default 2. */
  warmUps?: number;
  /** Stops taking part after so many measured runs: for one that is far slower than the others. */
  maxRuns?: number;
}

/** What one contender did. */
export interface Measurement {
  name: string;
  /** Of each measured run. */
  seconds: number[];
  /** The most memory its process held. */
  peakBytes: number;
  /** The beginning of its first result. */
  outputs: number[];
}

/** Or why it did not. */
export interface Absence {
  name: string;
  absent: string;
}

/** How long to go on: rounds of all contenders until the budget is spent, within limits. */
export interface Effort {
  budgetSeconds: number;
  minRounds: number;
  maxRounds: number;
}

/**
 * Starts every contender, warms each up, and lets them run in turn, A B A B …, so that what else the machine does meets all
 * of them alike.
 */
export async function alternate(
  contenders: readonly Contender[],
  { budgetSeconds, minRounds, maxRounds }: Effort,
): Promise<(Measurement | Absence)[]> {
  const started: (Started | Absence)[] = [];
  for (const contender of contenders) started.push(await warmUp(contender));
  const running = started.filter((one): one is Started => 'engine' in one);
  const begun = performance.now();
  for (let round = 0; round < maxRounds; round++) {
    if (round >= minRounds && performance.now() - begun > budgetSeconds * 1000) break;
    for (const one of running) {
      const { measurement, maxRuns = maxRounds } = one;
      if (one.failure !== undefined || measurement.seconds.length >= maxRuns) continue;
      try {
        const { seconds, peakBytes } = await one.engine.run();
        measurement.seconds.push(seconds);
        measurement.peakBytes = peakBytes;
      } catch (error) {
        // A process that ends, for want of memory for one, costs its own figures and not those of the others.
        one.failure = (error as Error).message;
      }
    }
  }
  await Promise.all(running.map(({ engine }) => engine.stop()));
  return started.map((one) => {
    if (!('engine' in one)) return one;
    return one.failure === undefined ? one.measurement : { name: one.measurement.name, absent: one.failure };
  });
}

interface Started {
  engine: RunningEngine;
  measurement: Measurement;
  maxRuns: number | undefined;
  /** Why it went no further. */
  failure?: string;
}

async function warmUp({ name, command, maxRuns, warmUps = 2 }: Contender): Promise<Started | Absence> {
  try {
    const engine = await startEngine(command());
    const { peakBytes, outputs = [] } = await engine.run();
    for (let i = 1; i < warmUps; i++) await engine.run();
    const measurement: Measurement = { name, seconds: [], peakBytes, outputs };
    return { engine, measurement, maxRuns };
  } catch (error) {
    return { name, absent: (error as Error).message };
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Largest difference of two results, as a share of the largest value; `undefined` where they are not of the same task. */
export function difference(ours: readonly number[], theirs: readonly number[]): number | undefined {
  if (ours.length === 0 || ours.length !== theirs.length) return undefined;
  const largest = Math.max(...theirs.map(Math.abs));
  return Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!))) / (largest || 1);
}
