import { EvaluationError } from '../errors.js';
import { type EvaluationComparison, type EvaluationPair, formatEvaluationComparison } from './comparison.js';
import { confidenceIntervals } from './confidenceIntervals.js';
import { withText } from './formatEvaluation.js';
import { checkResampling, intervalOf, tailOf } from './interval.js';
import { pairedTests, pairsOf, repeatedName } from './pairedTests.js';
import { type ResamplingOptions, recordingsOf, resampledWeights, summaryNames, weightedMetrics } from './resampling.js';
import type { EvaluationResult } from './types.js';
import { metricsOf } from './views.js';

/**
 * Puts the evaluations of several models on the same clips side by side, and tests every two of them.
 *
 * The test is McNemar's, of whether they are right equally often. It takes clips as independent of each other; where several are
 * of one recording they are not, and the interval of the difference is what to go by: the same recordings are drawn for both
 * (a paired cluster bootstrap). Neither is corrected for the number of pairs: with m of them ask for p below 0.05 / m
 * (Bonferroni). Both are about these trained models, while another seed would give others.
 *
 * Clips that one evaluation skipped as unreadable are left out of all.
 *
 * @param options of the intervals
 * @throws {EvaluationError} for fewer than two evaluations, two of one name, or evaluations of other classes or clips; says what
 * differs
 * @throws {RangeError} when an option is out of range
 * @example
 * ```ts
 * const [cnn, ast] = [await loadEvaluation('runs/cnn/evaluation.json'), await loadEvaluation('runs/ast/evaluation.json')];
 * console.log(String(compareEvaluations([cnn, ast])));
 * ```
 */
export function compareEvaluations(
  results: readonly EvaluationResult[],
  options: ResamplingOptions = {},
): EvaluationComparison {
  const settings = checkResampling(options);
  if (results.length < 2)
    throw new EvaluationError(`compareEvaluations expects two evaluations or more, got ${results.length}.`);
  const twice = repeatedName(results);
  if (twice !== undefined)
    throw new EvaluationError(`Two evaluations are called ${twice}; give evaluateModel different names.`);
  const { common, leftOut } = commonClips(results);
  const [first] = common as [EvaluationResult];
  const tests = pairedTests(
    first.clips.map(({ label }) => label),
    common.map(({ name, clips }) => ({ name, predictions: clips.map(({ prediction }) => prediction) })),
  );
  const differences = pairsOf(common).map(([one, other]) => differencesOf(one, other, settings));
  const comparison: EvaluationComparison = {
    results: common,
    metrics: common.map(metricsOf),
    intervals: common.map((result) => confidenceIntervals(result, settings)),
    pairs: tests.map((test, i) => ({ ...test, differences: differences[i]! })),
    leftOut,
  };
  return Object.defineProperty(comparison, 'toString', {
    value: () => formatEvaluationComparison(comparison),
    enumerable: false,
  });
}

function differencesOf(
  one: EvaluationResult,
  other: EvaluationResult,
  settings: Required<ResamplingOptions>,
): EvaluationPair['differences'] {
  const recordings = recordingsOf(one);
  const [first, second] = [weightedMetrics(one), weightedMetrics(other)];
  const difference = (weights: ArrayLike<number>): number[] => {
    const [a, b] = [first(weights).summary, second(weights).summary];
    return a.map((value, i) => value - b[i]!);
  };
  const whole = difference(new Int32Array(one.clips.length).fill(1));
  const samples = Array.from(resampledWeights(recordings, settings), difference);
  const tail = tailOf(settings.level, recordings.length);
  const entries = summaryNames.map((name, i) => [
    name,
    intervalOf(
      whole[i]!,
      samples.map((sample) => sample[i]!),
      tail,
    ),
  ]);
  return Object.fromEntries(entries) as EvaluationPair['differences'];
}

/** The evaluations of the clips that none of them skipped, in the order of the first. */
function commonClips(results: readonly EvaluationResult[]): { common: EvaluationResult[]; leftOut: string[] } {
  const [first, ...others] = results as [EvaluationResult];
  const skipped = new Set(results.flatMap((result) => result.skipped.map(({ id }) => id)));
  for (const other of others) checkComparable(first, other, skipped);
  const ids = first.clips.map(({ id }) => id).filter((id) => !skipped.has(id));
  if (ids.length === 0) throw new EvaluationError('There is no clip that every evaluation could read.');
  const common = results.map((result) => {
    const clips = new Map(result.clips.map((clip) => [clip.id, clip]));
    return withText({ ...result, clips: ids.map((id) => clips.get(id)!) });
  });
  return { common, leftOut: [...skipped] };
}

/** Throws an EvaluationError unless two evaluations are of the same clips, but for those that are skipped. */
function checkComparable(one: EvaluationResult, other: EvaluationResult, skipped: ReadonlySet<string>): void {
  const refuse = (what: string): never => {
    throw new EvaluationError(
      `${one.name} and ${other.name} cannot be compared: ${what}. Evaluate both on the same data set.`,
    );
  };
  if (one.labels.join('\n') !== other.labels.join('\n'))
    refuse(`they have the classes [${one.labels.join(', ')}] and [${other.labels.join(', ')}]`);
  if (one.problemType !== other.problemType) refuse(`one is ${one.problemType}, the other ${other.problemType}`);
  const [ours, theirs] = [clipsById(one), clipsById(other)];
  for (const [a, b, missing] of [
    [one, theirs, other],
    [other, ours, one],
  ] as const) {
    const without = a.clips.filter(({ id }) => !b.has(id) && !skipped.has(id)).map(({ id }) => id);
    if (without.length > 0)
      refuse(`${missing.name} does not have ${without.length} of the clips of ${a.name}: ${list(without)}`);
  }
  const classesOf = ({ classes, label }: EvaluationResult['clips'][number]): string =>
    (classes ?? [label]).map((each) => one.labels[each]).join(' and ') || 'none';
  for (const [id, clip] of ours) {
    const twin = theirs.get(id);
    if (twin && classesOf(clip) !== classesOf(twin))
      refuse(`the class of ${id} is ${classesOf(clip)} in the one, ${classesOf(twin)} in the other`);
  }
}

function clipsById({ name, clips }: EvaluationResult): Map<string, EvaluationResult['clips'][number]> {
  const known = new Map(clips.map((clip) => [clip.id, clip]));
  if (known.size === clips.length) return known;
  const twice = clips.find(({ id }, i) => clips.findIndex((clip) => clip.id === id) !== i)!;
  throw new EvaluationError(`${name} has the clip ${twice.id} twice, so that it cannot be told which is which.`);
}

const list = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, … ${names.length} in all` : ''}`;
