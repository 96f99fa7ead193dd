/** Results of several models on the same clips, every two of them tested: for evaluations and for cross-validation. */
import { formatFixed } from '../metrics/formatFixed.js';
import { type McNemarResult, mcnemar } from '../metrics/index.js';
import { alignedColumns } from './tables.js';

/** A paired test of two results. */
export interface PairedTest extends McNemarResult {
  /** Name of the one. */
  readonly first: string;
  /** Name of the other. */
  readonly second: string;
}

/** What a model says of clips. */
interface NamedPredictions {
  readonly name: string;
  readonly predictions: readonly number[];
}

/** Every two of several, in order. */
export const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((one, i) => items.slice(i + 1).map((other): [T, T] => [one, other]));

/** A name that several have. */
export const repeatedName = (items: readonly { readonly name: string }[]): string | undefined =>
  items.find(({ name }, i) => items.findIndex((other) => other.name === name) !== i)?.name;

/** {@link mcnemar} for every two. */
export const pairedTests = (labels: readonly number[], models: readonly NamedPredictions[]): PairedTest[] =>
  pairsOf(models).map(([one, other]) => ({
    first: one.name,
    second: other.name,
    ...mcnemar(labels, one.predictions, other.predictions),
  }));

/** The tests as a table. */
export const formatPairedTests = (pairs: readonly PairedTest[]): string =>
  alignedColumns([
    ["McNemar's test, clip by clip", 'only 1st right', 'only 2nd right', 'p'],
    ...pairs.map(({ first, second, onlyFirst, onlySecond, pValue, exact }) => [
      `${first} / ${second}`,
      String(onlyFirst),
      String(onlySecond),
      `${pValue < 0.0001 ? '< 0.0001' : formatFixed(pValue, 4)}${exact ? ' (exact)' : ''}`,
    ]),
  ]);
