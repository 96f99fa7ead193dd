import type { Machine, Rates } from './machine.js';
import { type Absence, type Contender, difference, type Measurement, median } from './measure.js';
import { countOperations, floorSeconds } from './operations.js';
import type { Group, Pair, Row } from './rows/row.js';

/** What bench/results.json holds. */
export interface Report {
  date: string;
  /** Whether fewer runs were made than by default. */
  quick: boolean;
  machine: Machine;
  rows: RowReport[];
}

export interface RowReport {
  group: string;
  title: string;
  lines: Line[];
}

/** One line of the table: one of ours, and a peer. */
export interface Line {
  ours: Figures | Absence;
  peer?: Figures | Absence;
  /** How many times as fast ours is. */
  ratio?: number;
  /** Seconds that the work of ours takes at the least on this machine. */
  floor: number;
  /** Ours against it. */
  timesFloor?: number;
  /** Operations a second of ours. */
  rate?: number;
  /** Largest difference of the two results, as a share of the largest value. */
  difference?: number;
}

/** Seconds, divided by the row's count. */
export interface Figures {
  name: string;
  median: number;
  min: number;
  max: number;
  runs: number;
  peakBytes: number;
}

/** A row with what its contenders did. */
export interface MeasuredRow {
  group: Group;
  row: Row;
  results: readonly (Measurement | Absence)[];
}

/** Turns what was measured into the lines of the table. */
export function reportRow({ group, row, results }: MeasuredRow, rates: Rates): RowReport {
  const count = row.count ?? 1;
  const lines = row.pairs.map((pair): Line => {
    const ours = results.find(({ name }) => name === pair.ours)!;
    const peer = results.find(({ name }) => name === pair.peer);
    const { phases = [] } = row.contenders.find(({ name }) => name === pair.ours) as Contender;
    const floor = floorSeconds(phases, rates) / count;
    const line: Line = { ours: figures(ours, count), floor };
    if (peer) line.peer = figures(peer, count);
    if ('absent' in line.ours) return line;
    line.timesFloor = line.ours.median / floor;
    line.rate = countOperations(phases) / count / line.ours.median;
    if (line.peer && 'median' in line.peer) {
      line.ratio = line.peer.median / line.ours.median;
      line.difference = compared(pair, ours as Measurement, peer as Measurement);
    }
    return line;
  });
  return { group: `${group.id}. ${group.title}`, title: row.title, lines };
}

function compared({ sameTask = true }: Pair, ours: Measurement, peer: Measurement): number | undefined {
  return sameTask ? difference(ours.outputs, peer.outputs) : undefined;
}

function figures(measured: Measurement | Absence, count: number): Figures | Absence {
  if ('absent' in measured) return measured;
  const { name, seconds, peakBytes } = measured;
  const each = seconds.map((value) => value / count);
  return { name, median: median(each), min: Math.min(...each), max: Math.max(...each), runs: each.length, peakBytes };
}
