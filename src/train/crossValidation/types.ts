import type { PairedTest } from '../../results/pairedTests.js';
import type { EvaluationMetrics, PredictionOutput } from '../evaluationMetrics.js';
import type { TrainResult } from '../run.js';

/** How training on all folds but one went, and what the model says of that one. Plain data. */
export interface FoldResult {
  /** The fold that was tested on, from 1. */
  readonly fold: number;
  readonly training: Pick<TrainResult, 'globalStep' | 'trainingLoss' | 'runtime' | 'backend' | 'skipped'>;
  /** What the model says of every clip of the fold. */
  readonly predictions: PredictionOutput;
}

/** What {@link crossValidate} gives. `String(result)` is a table; the rest is plain data. */
export interface CrossValidationResult {
  /** What tables call it. */
  readonly name: string;
  /** Names of the classes. */
  readonly labels: readonly string[];
  /** The folds that are done, ascending, with their metrics. */
  readonly folds: readonly (FoldResult & { readonly metrics: EvaluationMetrics })[];
  /** The folds that are not: of a run in parts. The numbers below are of those that are. */
  readonly missingFolds: readonly number[];
  /** Mean of each metric over the folds. */
  readonly mean: EvaluationMetrics;
  /** Its sample standard deviation over the folds (n - 1 in the denominator: ddof 1); NaN for one fold. */
  readonly std: EvaluationMetrics;
  /** The predictions of all folds, one after the other: each clip is tested once. */
  readonly pooled: PredictionOutput;
  /** Row = truth, column = prediction, in the order of `labels`; of all folds together. */
  readonly confusionMatrix: number[][];
  /** A table: a row a fold, mean and standard deviation. */
  toString(): string;
}

/** What {@link compare} gives. `String(comparison)` is a table; the rest is plain data. */
export interface Comparison {
  readonly results: readonly CrossValidationResult[];
  /** Every two of them: McNemar's test on the clips of all folds. */
  readonly pairs: readonly PairedTest[];
  /** Two tables: the folds of each result, and the tests. */
  toString(): string;
}
