import type { Contender, Effort } from '../measure.js';

/** A task that several do: in the table, one line for each pair. */
export interface Row {
  title: string;
  /** What a run's time is divided by: clips of a batch, files of a list. Default 1. */
  count?: number;
  contenders: readonly Contender[];
  /** Names of contenders: ours, with the peer it is compared to, where there is one. */
  pairs: readonly Pair[];
  /** Where it differs from the other rows'. */
  effort?: Partial<Effort>;
}

export interface Pair {
  ours: string;
  peer?: string;
  /** False where the two do not compute the same numbers, and so cannot be compared. Default true. */
  sameTask?: boolean;
}

/** Rows that belong together: a section of the report. Rows are made when they are measured, as that may write models. */
export interface Group {
  /** The number that `--only` takes. */
  id: number;
  title: string;
  rows(): Promise<Row[]>;
}

/** One of ours against all others. */
export const against = (ours: string, contenders: readonly Contender[]): Pair[] =>
  contenders.filter(({ name }) => name !== ours).map(({ name }) => ({ ours, peer: name }));
