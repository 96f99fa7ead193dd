import { describe, expect, it } from 'vitest';
import { EvaluationError } from '../../src/errors.js';
import { mcnemar } from '../../src/metrics/index.js';
import { createRandom } from '../../src/random.js';
import { compareEvaluations, type EvaluationResult, metricsOf } from '../../src/results/index.js';
import { clipOf, evaluationOf } from '../support/evaluations.js';

/** A model that is right this often, alike in the clips of a recording, on 60 clips of 20 recordings. */
function model(name: string, right: number, given: Partial<EvaluationResult> = {}): EvaluationResult {
  const random = createRandom([name]);
  const clips = Array.from({ length: 20 }, (_, recording) => {
    const isRight = random.uniform() < right;
    return [0, 1, 2].map((i) => {
      const label = recording % 3;
      const prediction = isRight || random.uniform() < 0.2 ? label : (label + 1) % 3;
      return clipOf(`${recording}-${i}.wav`, label, prediction, { source: `recording ${recording}` });
    });
  });
  return evaluationOf(clips.flat(), { name, ...given });
}

const without = (result: EvaluationResult, ids: readonly string[], skipped = ids): EvaluationResult => ({
  ...result,
  clips: result.clips.filter(({ id }) => !ids.includes(id)),
  skipped: skipped.map((id) => ({ id, reason: 'broken' })),
});

describe('compareEvaluations', () => {
  it('has the metrics of each and tests every two on the same clips', () => {
    const results = [model('good', 0.95), model('bad', 0.2), model('fair', 0.6)] as const;
    const comparison = compareEvaluations(results, { resamples: 400 });
    expect(comparison.pairs.map(({ first, second }) => [first, second])).toEqual([
      ['good', 'bad'],
      ['good', 'fair'],
      ['bad', 'fair'],
    ]);
    const [good, bad] = results;
    const [pair] = comparison.pairs as [(typeof comparison.pairs)[number]];
    const predictions = (result: EvaluationResult): number[] => result.clips.map(({ prediction }) => prediction);
    expect(pair).toMatchObject(
      mcnemar(
        good.clips.map(({ label }) => label),
        predictions(good),
        predictions(bad),
      ),
    );
    const { value, low, high } = pair.differences.accuracy;
    expect(value).toBeCloseTo(metricsOf(good).accuracy - metricsOf(bad).accuracy, 12);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(value);
    expect(comparison.metrics).toEqual(results.map(metricsOf));
    expect(comparison.intervals[1]!.accuracy.value).toBe(metricsOf(bad).accuracy);

    const lines = String(comparison).split('\n');
    expect(lines[0]).toMatch(/^ +accuracy +balanced +macro F1 +mAP$/);
    expect(lines[1]).toMatch(/^good( +\d\.\d{3} \[\d\.\d{3}, \d\.\d{3}\]){4}$/);
    expect(lines).toContainEqual(expect.stringMatching(/^good \/ bad +\d+ +\d+ +(< )?0\.\d{4}/));
    expect(lines.at(-1)).toBe('95 % intervals: bootstrap over 20 recordings of 60 clips.');
  });

  it('draws the same recordings for both: two models that agree differ by nothing', () => {
    const one = model('one', 0.6);
    const [pair] = compareEvaluations([one, { ...one, name: 'other' }], { resamples: 200 }).pairs;
    expect(pair!.differences.macroF1).toEqual({ value: 0, low: 0, high: 0 });
    expect(pair!.pValue).toBe(1);
  });

  it('compares the clips that none of them skipped, whatever their order', () => {
    const [one, other] = [model('one', 0.6), model('other', 0.7)];
    const skipped = without({ ...other, clips: [...other.clips].reverse() }, ['0-0.wav', '3-2.wav']);
    const comparison = compareEvaluations([one, skipped], { resamples: 200 });
    expect(comparison.leftOut).toEqual(['0-0.wav', '3-2.wav']);
    const ids = comparison.results.map(({ clips }) => clips.map(({ id }) => id));
    expect(ids[0]).toHaveLength(58);
    expect(ids[1]).toEqual(ids[0]);
    expect(String(comparison)).toContain('Left out, as they could not be read: 2 clips.');
  });

  it('says what differs where evaluations are of other clips or classes', () => {
    const [one, other] = [model('one', 0.6), model('other', 0.7)];
    const compare = (changed: EvaluationResult) => () => compareEvaluations([one, changed]);
    expect(compare(without(other, ['0-0.wav'], []))).toThrow(/other does not have 1 of the clips of one: 0-0\.wav/);
    expect(compare({ ...other, labels: ['a', 'b', 'c'] })).toThrow(/\[bird, water, wind\] and \[a, b, c\]/);
    const relabelled = other.clips.map((clip, i) => (i === 4 ? { ...clip, label: 2 } : clip));
    expect(compare({ ...other, clips: relabelled })).toThrow(
      /class of 1-1\.wav is water in the one, wind in the other/,
    );
    expect(compare({ ...other, clips: [...other.clips, other.clips[0]!] })).toThrow(
      /other has the clip 0-0\.wav twice/,
    );
    expect(compare({ ...other, name: 'one' })).toThrow(/Two evaluations are called one/);
    expect(() => compareEvaluations([one])).toThrow(EvaluationError);
  });
});
