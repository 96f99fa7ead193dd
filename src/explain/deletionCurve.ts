import { patchGrid } from '../ast/config.js';
import type { ASTForAudioClassification } from '../ast/index.js';
import type { MelSpectrogram } from '../audio/index.js';
import { createRandom } from '../random.js';
import { fillValue, type HiddenFill, hidePatches } from './hidePatches.js';
import { labelScorer, type ScoreOptions } from './labelScores.js';
import type { PatchMap } from './occlusion.js';

/** Settings of {@link deletionCurve}. */
export interface DeletionOptions extends ScoreOptions {
  /** Points of the curve after the first, evenly spaced; at most one a patch. Default 10, or the patches where they are fewer. */
  readonly steps?: number;
  /** What is put in the place of hidden patches. Default `'mean'`. */
  readonly fill?: HiddenFill;
  /** Random orders to compare with, 1 or more. Default 5. */
  readonly randomOrders?: number;
  /** Seed of the random orders. Default 0. */
  readonly seed?: number;
}

/** How a label's score falls as more and more patches are hidden. */
export interface DeletionCurve {
  /** Index of the label. */
  readonly label: number;
  /** Share of patches that are hidden, from 0 to 1, [steps + 1]. */
  readonly shares: readonly number[];
  /** The label's score when the most relevant patches go first, [steps + 1]. */
  readonly scores: readonly number[];
  /** The same in random order, mean over the orders, [steps + 1]. */
  readonly randomScores: readonly number[];
  /** Mean height of `scores`, the area under it; the lower, the more faithful the map. */
  readonly area: number;
  /** The same of `randomScores`. A map that says something lies well below. */
  readonly randomArea: number;
}

/**
 * Whether a map is faithful: patches are hidden, the most relevant first, and the label's score is watched (the deletion metric of
 * [Petsiuk, Das and Saenko 2018](https://arxiv.org/abs/1806.07421)). It must fall faster than when patches go in random order.
 *
 * @param features as the model takes them: [maxLength, numMelBins], normalised
 * @param map of these features, from {@link explain} or {@link occlusionMap}
 * @throws {RangeError} when an option is out of range, the map is not of the model's grid of patches, or features are of another shape
 *
 * @example
 * ```ts
 * const map = await explain(model, features);
 * const { area, randomArea } = await deletionCurve(model, features, map, { steps: 20 });
 * console.log(`the score is ${area} on average while patches go, ${randomArea} if they go at random`);
 * ```
 */
export async function deletionCurve(
  model: ASTForAudioClassification,
  features: MelSpectrogram,
  map: PatchMap,
  options: DeletionOptions = {},
): Promise<DeletionCurve> {
  const patches = expectGrid(model, map);
  const { steps = Math.min(10, patches), fill = 'mean', randomOrders = 5, seed = 0, ...scoreOptions } = options;
  expectWithin('steps', steps, patches);
  expectWithin('randomOrders', randomOrders, Number.MAX_SAFE_INTEGER);
  const value = fillValue(model, fill);
  const { label, score, scoresOf } = await labelScorer(model, features, scoreOptions);

  const all = Array.from({ length: patches }, (_, patch) => patch);
  const byRelevance = [...all].sort((a, b) => map.weights[b]! - map.weights[a]!);
  const random = createRandom([seed, 'deletion curve']);
  const orders = [byRelevance, ...Array.from({ length: randomOrders }, (_, i) => random.fork(String(i)).shuffle(all))];
  const counts = Array.from({ length: steps }, (_, i) => Math.round(((i + 1) * patches) / steps));
  const scores = await scoresOf(orders.length * steps, (i) => {
    const hidden = orders[Math.floor(i / steps)]!.slice(0, counts[i % steps]!);
    return hidePatches(features, hidden, model.config, value);
  });
  const curves = orders.map((_, i) => [score, ...scores.slice(i * steps, (i + 1) * steps)]);
  const [ofMap, ...ofRandom] = curves as [number[], ...number[][]];
  const randomScores = ofMap.map((_, i) => mean(ofRandom.map((curve) => curve[i]!)));
  const shares = [0, ...counts.map((count) => count / patches)];
  return {
    label,
    shares,
    scores: ofMap,
    randomScores,
    area: areaUnder(shares, ofMap),
    randomArea: areaUnder(shares, randomScores),
  };
}

function expectGrid(model: ASTForAudioClassification, { frequencies, times, weights }: PatchMap): number {
  const grid = patchGrid(model.config);
  if (frequencies === grid.frequency && times === grid.time && weights.length === frequencies * times)
    return weights.length;
  throw new RangeError(
    `Expected a map of the model's patches, ${grid.frequency} rows of frequency x ${grid.time} columns of time, got ` +
      `${frequencies} x ${times} with ${weights.length} weights: it is the map of another model.`,
  );
}

function expectWithin(name: string, given: number, most: number): void {
  if (!Number.isSafeInteger(given) || given < 1 || given > most)
    throw new RangeError(`Expected ${name} to be an integer from 1 to ${most}, got ${given}.`);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By the trapezoidal rule. */
const areaUnder = (x: readonly number[], y: readonly number[]): number =>
  x.slice(1).reduce((sum, at, i) => sum + ((at - x[i]!) * (y[i]! + y[i + 1]!)) / 2, 0);
