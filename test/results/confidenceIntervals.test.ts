import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { confidenceIntervals, type EvaluationResult, metricsOf, reportOf } from '../../src/results/index.js';
import { studentQuantile } from '../../src/results/studentQuantile.js';
import { clipOf, evaluationOf } from '../support/evaluations.js';

const labels = ['bird', 'water', 'wind'];

/**
 * Clips of recordings that are easy or hard: those of one recording are right, or wrong, together. Without `sources` nobody
 * knows which belong together.
 */
function simulate(seed: number, recordings: number, { sources }: { sources: boolean }): EvaluationResult {
  const random = createRandom([seed, 'simulation']);
  const clips = Array.from({ length: recordings }, (_, recording) => {
    const label = recording % 3;
    const ease = [2, 1, 0][label]! + 1.5 * random.normal();
    const mistake = (label + 1 + random.integer(2)) % 3;
    return Array.from({ length: 1 + random.integer(6) }, (_, i) => {
      const prediction = random.uniform() < 1 / (1 + Math.exp(-ease)) ? label : mistake;
      const logits = labels.map((_, each) => (each === prediction ? 3 : 0) + random.uniform());
      return clipOf(`${recording}-${i}`, label, prediction, {
        logits,
        ...(sources && { source: `recording ${recording}` }),
      });
    });
  });
  return { ...evaluationOf([clipOf('any', 0, 0)]), clips: clips.flat() };
}

describe('confidenceIntervals', () => {
  it('contain the truth at the stated rate where clips of one recording are alike, and drawing clips does not', () => {
    const all = simulate(-1, 12_000, { sources: true });
    const truth = { ...metricsOf(all), recall: reportOf(all).classes[1]!.recall };
    const sets = 240;
    const coverage = (sources: boolean) => {
      const count = { accuracy: 0, balancedAccuracy: 0, macroF1: 0, recall: 0 };
      for (let seed = 0; seed < sets; seed++) {
        const found = confidenceIntervals(simulate(seed, 45, { sources }), { resamples: 300, seed });
        const intervals = { ...found, recall: found.classes[1]!.recall };
        for (const name of Object.keys(count) as (keyof typeof count)[])
          if (intervals[name].low <= truth[name] && truth[name] <= intervals[name].high) count[name] += 1 / sets;
      }
      return count;
    };
    const [clustered, naive] = [coverage(true), coverage(false)];
    // The standard error of a rate of 0.95 over 240 sets is 0.014. The class has but 15 recordings.
    for (const name of ['accuracy', 'balancedAccuracy', 'macroF1'] as const) {
      expect(clustered[name], name).toBeGreaterThan(0.92);
      expect(clustered[name], name).toBeLessThan(0.985);
      expect(naive[name], name).toBeLessThan(0.88);
    }
    expect(clustered.recall).toBeGreaterThan(0.9);
    expect(naive.recall).toBeLessThan(0.86);
  });

  it('are around the metrics themselves, the same for the same seed, wider for a higher level', () => {
    const result = simulate(3, 30, { sources: true });
    const intervals = confidenceIntervals(result, { seed: 5, resamples: 500 });
    const { accuracy, balancedAccuracy, macroF1, meanAveragePrecision } = metricsOf(result);
    expect(intervals.accuracy.value).toBe(accuracy);
    expect(intervals.balancedAccuracy.value).toBeCloseTo(balancedAccuracy, 12);
    expect(intervals.macroF1.value).toBeCloseTo(macroF1, 12);
    expect(intervals.meanAveragePrecision.value).toBeCloseTo(meanAveragePrecision, 12);
    for (const [i, { precision, recall, f1Score }] of reportOf(result).classes.entries()) {
      const own = intervals.classes[i]!;
      expect(own.precision.value).toBeCloseTo(precision, 12);
      expect(own.recall.value).toBeCloseTo(recall, 12);
      expect(own.f1Score.value).toBeCloseTo(f1Score, 12);
      for (const { low, value, high } of [own.precision, own.recall, own.f1Score, own.averagePrecision]) {
        expect(low).toBeLessThan(value);
        expect(high).toBeGreaterThan(value);
      }
    }
    expect(intervals).toMatchObject({ recordings: 30, clips: result.clips.length, level: 0.95, seed: 5 });
    expect(confidenceIntervals(result, { seed: 5, resamples: 500 })).toEqual(intervals);
    expect(confidenceIntervals(result, { seed: 6, resamples: 500 }).accuracy).not.toEqual(intervals.accuracy);
    const wide = confidenceIntervals(result, { seed: 5, resamples: 500, level: 0.99 }).accuracy;
    expect(wide.low).toBeLessThan(intervals.accuracy.low);
    expect(wide.high).toBeGreaterThan(intervals.accuracy.high);
  });

  it('are not defined for a class without clips, nor for a single recording', () => {
    const clips = [0, 1, 2, 3].map((i) => clipOf(`${i}`, i % 2, i === 3 ? 0 : i % 2, { source: `${i}` }));
    const { classes } = confidenceIntervals(evaluationOf(clips), { resamples: 200 });
    expect(classes[2]!.recall).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN });
    const one = evaluationOf(clips.map((clip) => ({ ...clip, source: 'the same' })));
    expect(confidenceIntervals(one, { resamples: 200 }).accuracy).toEqual({
      value: 0.75,
      low: Number.NaN,
      high: Number.NaN,
    });
  });

  it('refuse options out of range', () => {
    const result = simulate(1, 3, { sources: true });
    expect(() => confidenceIntervals(result, { level: 95 })).toThrow(/level must be above 0 and below 1, got 95/);
    expect(() => confidenceIntervals(result, { resamples: 10 })).toThrow(/resamples must be .* got 10/);
    expect(() => confidenceIntervals(result, { seed: 0.5 })).toThrow(/seed must be an integer/);
  });
});

it("studentQuantile has the numbers of the tables of Student's t", () => {
  const found = [1, 2, 3, 10, 30].map((freedom) => studentQuantile(0.975, freedom).toFixed(3));
  expect(found).toEqual(['12.706', '4.303', '3.182', '2.228', '2.042']);
});
