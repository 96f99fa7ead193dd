import { patchGrid } from '../ast/config.js';
import type { ASTForAudioClassification } from '../ast/index.js';
import type { MelSpectrogram } from '../audio/index.js';
import { fillValue, type HiddenFill, hidePatches } from './hidePatches.js';
import { labelScorer, type ScoreOptions } from './labelScores.js';

/** Weights over the patches of a spectrogram: an `AttentionMap`, or an {@link OcclusionMap}. */
export interface PatchMap {
  /** Rows of patches, the lowest frequency first. */
  readonly frequencies: number;
  /** Columns of patches, in time. */
  readonly times: number;
  /** Row-major, [frequencies, times]; larger means more relevant. */
  readonly weights: readonly number[];
}

/** How far a label's score falls when a place is hidden. */
export interface OcclusionMap extends PatchMap {
  /** Index of the label. */
  readonly label: number;
  /** Its score with nothing hidden. */
  readonly score: number;
  /**
   * How far the score falls when the patch is hidden, mean over the windows that hide it; below 0 where hiding raises it. Not
   * normalised. Row-major, [frequencies, times].
   */
  readonly weights: readonly number[];
}

/** A size in patches. */
export interface PatchSteps {
  readonly frequency: number;
  readonly time: number;
}

/** Settings of {@link occlusionMap}. */
export interface OcclusionOptions extends ScoreOptions {
  /** Size of the window that is hidden, in patches. Default `{ frequency: 2, time: 2 }`, or the grid where that is smaller. */
  readonly windowSize?: Partial<PatchSteps>;
  /** Steps between windows, in patches, the window's size at most. Default: the window's size, so that no patch is hidden twice. */
  readonly stride?: Partial<PatchSteps>;
  /** What is put in its place. Default `'mean'`. */
  readonly fill?: HiddenFill;
}

/**
 * Occlusion ([Zeiler and Fergus 2014](https://arxiv.org/abs/1311.2901)): a window of patches at a time is hidden, and the fall of the
 * label's score is noted. It asks the model itself and nothing about its inside, at the price of a forward pass a window: for AST-base
 * and 5 s, 150 of them with the defaults.
 *
 * @param features as the model takes them: [maxLength, numMelBins], normalised
 * @throws {RangeError} when an option is out of range, the model has no such label, or features are of another shape
 *
 * @example
 * ```ts
 * const { score, weights } = await occlusionMap(model, extractor.extract(waveform), { label: 'rooster' });
 * console.log(`of ${score}, the most important window holds ${Math.max(...weights)}`);
 * ```
 */
export async function occlusionMap(
  model: ASTForAudioClassification,
  features: MelSpectrogram,
  { windowSize = {}, stride = {}, fill = 'mean', ...scoreOptions }: OcclusionOptions = {},
): Promise<OcclusionMap> {
  const { frequency: frequencies, time: times } = patchGrid(model.config);
  const value = fillValue(model, fill);
  const rows = spans('frequency', frequencies, windowSize.frequency, stride.frequency);
  const columns = spans('time', times, windowSize.time, stride.time);
  const windows = rows.flatMap((row) =>
    columns.map((column) => row.flatMap((frequency) => column.map((time) => frequency * times + time))),
  );
  const { label, score, scoresOf } = await labelScorer(model, features, scoreOptions);
  const scores = await scoresOf(windows.length, (i) => hidePatches(features, windows[i]!, model.config, value));
  const falls = new Float64Array(frequencies * times);
  const counts = new Float64Array(frequencies * times);
  for (const [i, window] of windows.entries())
    for (const patch of window) {
      falls[patch]! += score - scores[i]!;
      counts[patch]!++;
    }
  return { label, score, frequencies, times, weights: Array.from(falls, (fall, patch) => fall / counts[patch]!) };
}

/** The windows along an axis, each as the patches in it; the last ones end with the grid. */
function spans(axis: keyof PatchSteps, patches: number, size = Math.min(2, patches), stride = size): number[][] {
  const expectWithin = (name: string, given: number, most: number): void => {
    if (!Number.isSafeInteger(given) || given < 1 || given > most)
      throw new RangeError(`Occlusion, ${name}.${axis}: expected an integer from 1 to ${most}, got ${given}.`);
  };
  expectWithin('windowSize', size, patches);
  expectWithin('stride', stride, size);
  const starts: number[] = [];
  for (let start = 0; start + size < patches; start += stride) starts.push(start);
  starts.push(patches - size);
  return starts.map((start) => Array.from({ length: size }, (_, i) => start + i));
}
