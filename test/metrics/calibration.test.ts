import { describe, expect, it } from 'vitest';
import {
  applyTemperature,
  binaryReliabilityDiagram,
  brierScore,
  expectedCalibrationError,
  reliabilityDiagram,
  temperatureScaling,
} from '../../src/metrics/index.js';
import { createRandom } from '../../src/random.js';

/** Confidence 0.6 right, 0.7 wrong, 0.9 right, 0.9 right, 1 wrong. */
const labels = [0, 1, 1, 1, 0];
const scores = [
  [0.6, 0.4],
  [0.7, 0.3],
  [0.1, 0.9],
  [0.1, 0.9],
  [0, 1],
];

describe('the reliability diagram', () => {
  // By hand: bins (0.5, 0.75] with confidence 0.65 and accuracy 1/2, and (0.75, 1] with (0.9 + 0.9 + 1) / 3 and 2/3.
  it('has confidence and accuracy of each bin, a case by hand', () => {
    const diagram = reliabilityDiagram(labels, scores, { bins: 4 });
    expect(diagram.bins.map(({ low, high, count }) => [low, high, count])).toEqual([
      [0, 0.25, 0],
      [0.25, 0.5, 0],
      [0.5, 0.75, 2],
      [0.75, 1, 3],
    ]);
    expect(diagram.bins[0]!.accuracy).toBeNaN();
    expect(diagram.bins[2]!.confidence).toBeCloseTo(0.65, 12);
    expect(diagram.bins[2]!.accuracy).toBe(0.5);
    expect(diagram.bins[3]!.confidence).toBeCloseTo(2.8 / 3, 12);
    expect(diagram.bins[3]!.accuracy).toBeCloseTo(2 / 3, 12);
    const [first, second] = [0.15, 2.8 / 3 - 2 / 3];
    expect(diagram.expectedCalibrationError).toBeCloseTo((2 / 5) * first + (3 / 5) * second, 12);
    expect(diagram.maximumCalibrationError).toBeCloseTo(second, 12);
    expect(expectedCalibrationError(labels, scores, { bins: 4 })).toBe(diagram.expectedCalibrationError);
  });

  it('puts a score on the edge of two bins into the lower, and 0 into the first', () => {
    const { bins } = binaryReliabilityDiagram([0, 1, 1, 0], [0, 0.5, 0.5000001, 1], { bins: 2 });
    expect(bins.map(({ count }) => count)).toEqual([2, 2]);
  });

  it('finds no error in scores that are what they say, and the whole of it in those that are not', () => {
    const random = createRandom(1);
    const said = Array.from({ length: 200_000 }, () => random.uniform());
    const outcomes = said.map((score) => Number(random.uniform() < score));
    expect(binaryReliabilityDiagram(outcomes, said).expectedCalibrationError).toBeLessThan(0.005);
    const always = said.map(() => 1);
    expect(binaryReliabilityDiagram(outcomes, always).expectedCalibrationError).toBeCloseTo(0.5, 2);
  });

  it('refuses what is no probability, and bins that are no number of bins', () => {
    expect(() => reliabilityDiagram([0], [[2, -1]])).toThrow(/probabilities in \[0, 1\], got 2/);
    expect(() => reliabilityDiagram([2], [[0.5, 0.5]])).toThrow(/labels must be in \[0, 2\).* got 2/);
    expect(() => reliabilityDiagram([0], [[0.5, 0.5]], { bins: 0 })).toThrow(/bins must be a positive integer/);
    expect(() => binaryReliabilityDiagram([2], [0.5])).toThrow(RangeError);
  });
});

describe('the Brier score', () => {
  it('is the mean squared distance from the truth', () => {
    // By hand: 2 (0.4² + 0.7² + 0.1² + 0.1² + 1²) / 5
    expect(brierScore(labels, scores)).toBeCloseTo((2 * (0.16 + 0.49 + 0.01 + 0.01 + 1)) / 5, 12);
    expect(brierScore([1], [[0, 1]])).toBe(0);
    expect(brierScore([0], [[0, 1]])).toBe(2);
  });
});

describe('temperature scaling', () => {
  it('finds the temperature by hand: three of four right at a margin of 2 is a score of 3/4', () => {
    // sigmoid(2 / T) = 3 / 4, so T = 2 / ln 3.
    const logits = [
      [2, 0],
      [0, 2],
      [2, 0],
      [2, 0],
    ];
    const { temperature, nllBefore, nllAfter } = temperatureScaling(logits, [0, 1, 0, 1]);
    expect(temperature).toBeCloseTo(2 / Math.log(3), 9);
    expect(nllAfter).toBeCloseTo(-(3 * Math.log(0.75) + Math.log(0.25)) / 4, 12);
    expect(nllBefore).toBeGreaterThan(nllAfter);
    expect(applyTemperature(logits, temperature)[0]![0]).toBeCloseTo(0.75, 9);
  });

  it('finds back the factor by which logits were made too sure, and mends their calibration', () => {
    const random = createRandom(2);
    const logits = Array.from({ length: 6000 }, () => Array.from({ length: 4 }, () => 2 * random.normal()));
    const truth = applyTemperature(logits, 1).map((row) => {
      let left = random.uniform();
      return Math.max(
        row.findIndex((score) => (left -= score) < 0),
        0,
      );
    });
    for (const factor of [0.2, 1, 5]) {
      const scaled = logits.map((row) => row.map((logit) => factor * logit));
      const { temperature, nllBefore, nllAfter } = temperatureScaling(scaled, truth);
      expect(temperature / factor).toBeCloseTo(1, 1);
      expect(nllAfter).toBeLessThanOrEqual(nllBefore);
      expect(expectedCalibrationError(truth, applyTemperature(scaled, temperature))).toBeLessThan(0.03);
      if (factor !== 1) expect(expectedCalibrationError(truth, applyTemperature(scaled, 1))).toBeGreaterThan(0.1);
    }
  });

  it('is at its minimum: a little more or less fits worse', () => {
    const random = createRandom(3);
    const logits = Array.from({ length: 50 }, () => Array.from({ length: 5 }, () => 4 * random.normal()));
    const truth = logits.map((row) => (random.uniform() < 0.5 ? row.indexOf(Math.max(...row)) : random.integer(5)));
    const { temperature, nllAfter } = temperatureScaling(logits, truth);
    const nllAt = (t: number): number =>
      applyTemperature(logits, t).reduce((sum, row, i) => sum - Math.log(row[truth[i]!]!), 0) / logits.length;
    expect(nllAt(temperature)).toBeCloseTo(nllAfter, 12);
    for (const factor of [0.99, 1.01]) expect(nllAt(factor * temperature)).toBeGreaterThan(nllAfter);
  });

  it('ends at its bounds where the likelihood has no maximum', () => {
    expect(temperatureScaling([[3, 0]], [0]).temperature).toBeCloseTo(0.01, 12);
    expect(temperatureScaling([[3, 0]], [1]).temperature).toBeCloseTo(100, 9);
    expect(temperatureScaling([[3, 3]], [1]).temperature).toBe(1);
  });

  it('refuses logits without a class, and a temperature of 0', () => {
    expect(() => temperatureScaling([[1, 2]], [2])).toThrow(/labels must be in/);
    expect(() => temperatureScaling([[1, Number.NaN]], [0])).toThrow(/finite/);
    expect(() => applyTemperature([[1, 2]], 0)).toThrow(/temperature must be a positive number, got 0/);
  });
});
