/** The bootstrap over recordings: which clips a resample has how often, and the metrics of clips with such weights. */
import { createRandom } from '../random.js';
import type { EvaluationResult } from './types.js';
import type { SummaryMetrics } from './views.js';
import { predictionsOf } from './views.js';

/** The metrics that a resample is summarised by, in this order. */
export const summaryNames = [
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'meanAveragePrecision',
] as const satisfies readonly (keyof SummaryMetrics)[];

/** What is computed of each class, in this order. */
export const classNames = ['precision', 'recall', 'f1Score', 'averagePrecision'] as const;

/** How many intervals to draw from, and how. */
export interface ResamplingOptions {
  /** Probability that an interval is to contain what it is about, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** How often the recordings are drawn anew. Default 2000. */
  readonly resamples?: number;
  /** Fixes the draws. Default 42. */
  readonly seed?: number;
}

/** Clips by the recording that they were cut from; one that is not known is a recording of its own. */
export function recordingsOf({ clips }: EvaluationResult): number[][] {
  const recordings = new Map<string | number, number[]>();
  for (const [i, { source }] of clips.entries()) {
    const key = source ?? i;
    const known = recordings.get(key);
    if (known) known.push(i);
    else recordings.set(key, [i]);
  }
  return [...recordings.values()];
}

/**
 * Draws as many recordings as there are, with replacement, again and again.
 *
 * @returns how often each clip is in a resample, [clips]; the same array every time
 */
export function* resampledWeights(
  recordings: readonly (readonly number[])[],
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): Generator<Int32Array> {
  const random = createRandom([seed, 'bootstrap']);
  const clips = recordings.reduce((sum, recording) => sum + recording.length, 0);
  const weights = new Int32Array(clips);
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let draw = 0; draw < recordings.length; draw++)
      for (const clip of recordings[random.integer(recordings.length)]!) weights[clip]!++;
    yield weights;
  }
}

/** Metrics of clips that count `weights[clip]` times each. */
export interface WeightedMetrics {
  /** In the order of {@link summaryNames}. */
  readonly summary: readonly number[];
  /** In the order of {@link classNames}; what is not defined is NaN, [labels]. */
  readonly classes: readonly (readonly number[])[];
}

/** The metrics of an evaluation as a function of weights: the numbers of `metricsOf` and `reportOf` for weights of 1. */
export function weightedMetrics(result: EvaluationResult): (weights: ArrayLike<number>) => WeightedMetrics {
  const { labels, predictions, targets, logits } = predictionsOf(result);
  const rankings = result.labels.map((_, label) =>
    rankingOf(
      logits.map((row) => row[label]!),
      targets.map((row) => row[label]!),
    ),
  );
  const classes = result.labels.length;
  const [correct, supports, predicted] = [
    new Float64Array(classes),
    new Float64Array(classes),
    new Float64Array(classes),
  ];
  return (weights) => {
    for (const counts of [correct, supports, predicted]) counts.fill(0);
    let [total, right] = [0, 0];
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const [label, prediction] = [labels[i]!, predictions[i]!];
      total += weight;
      supports[label]! += weight;
      predicted[prediction]! += weight;
      if (label !== prediction) continue;
      right += weight;
      correct[label]! += weight;
    }
    const rows = rankings.map((ranking, label) => {
      const [hits, support, guesses] = [correct[label]!, supports[label]!, predicted[label]!];
      return [
        guesses === 0 ? 0 : hits / guesses,
        hits / support, // NaN for a class without clips
        support + guesses === 0 ? Number.NaN : (2 * hits) / (support + guesses),
        averagePrecision(ranking, weights),
      ];
    });
    return {
      summary: [right / total, ...[1, 2, 3].map((column) => meanOfDefined(rows.map((row) => row[column]!)))],
      classes: rows,
    };
  };
}

const meanOfDefined = (values: readonly number[]): number => {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
};

/** Clips by falling score of a class. */
interface Ranking {
  readonly order: Int32Array;
  readonly isPositive: Uint8Array;
  /** 1 where the next clip has another score, so that a threshold can lie between them. */
  readonly isLast: Uint8Array;
}

function rankingOf(scores: readonly number[], targets: readonly number[]): Ranking | undefined {
  if (!targets.includes(1)) return undefined;
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  return {
    order,
    isPositive: Uint8Array.from(order, (clip) => targets[clip]!),
    isLast: Uint8Array.from(order, (clip, rank) => Number(scores[clip] !== scores[order[rank + 1] ?? -1])),
  };
}

/** Area under the steps of precision and recall, as `averagePrecision` of the metrics; NaN without a positive clip. */
function averagePrecision(ranking: Ranking | undefined, weights: ArrayLike<number>): number {
  if (!ranking) return Number.NaN;
  const { order, isPositive, isLast } = ranking;
  let [seen, positives, before, area] = [0, 0, 0, 0];
  for (let rank = 0; rank < order.length; rank++) {
    const weight = weights[order[rank]!]!;
    // Copies of a clip count one after the other, as clips of a larger sample would: together they would make it look better.
    const isAlone = isLast[rank] && (rank === 0 || isLast[rank - 1]);
    if (isAlone && isPositive[rank]) {
      for (let k = 0; k < weight; k++) area += ++positives / ++seen;
      before = positives;
      continue;
    }
    seen += weight;
    if (isPositive[rank]) positives += weight;
    if (!isLast[rank] || positives === before) continue;
    area += (positives - before) * (positives / seen);
    before = positives;
  }
  return positives === 0 ? Number.NaN : area / positives;
}
