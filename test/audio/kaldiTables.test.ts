import { describe, expect, it } from 'vitest';
import { FRAME_LENGTH, hannWindow, melFilters } from '../../src/audio/kaldiTables.js';

const binsOf = (weights: readonly number[], firstBin: number) =>
  weights.map((weight, i) => [firstBin + i, weight] as const);

describe('hannWindow', () => {
  it('is symmetric, 0 at both ends and 1 in the middle, within 1e-6', () => {
    const window = hannWindow();
    expect(window.length).toBe(FRAME_LENGTH);
    expect(window[0]).toBe(0);
    for (let i = 0; i < FRAME_LENGTH; i++) {
      expect(window[i]).toBeCloseTo(Math.sin((Math.PI * i) / (FRAME_LENGTH - 1)) ** 2, 6);
    }
  });
});

describe('melFilters', () => {
  it.each([128, 40, 32])('gives %i filters that rise, then fall, each later than the one before', (count) => {
    expect(melFilters(count)).toHaveLength(count);
    const filters = melFilters(count).filter(({ weights }) => weights.length > 0);
    for (const { weights } of filters) {
      const peak = weights.indexOf(Math.max(...weights));
      expect(weights.every((weight, i) => weight > 0 && weight <= 1 && (i <= peak || weight < weights[i - 1]!))).toBe(
        true,
      );
      expect(weights.slice(1, peak + 1).every((weight, i) => weight > weights[i]!)).toBe(true);
    }
    const first = filters.map(({ firstBin }) => firstBin);
    expect(first).toEqual([...first].sort((a, b) => a - b));
  });

  it('covers every bin between the first and the last centre with weights that add up to 1, within 1e-4', () => {
    const total = new Float64Array(256);
    const filters = melFilters(40);
    for (const { firstBin, weights } of filters)
      for (const [bin, weight] of binsOf(weights, firstBin)) total[bin]! += weight;
    const centre = ({ firstBin, weights }: (typeof filters)[number]) =>
      firstBin + weights.indexOf(Math.max(...weights));
    for (let bin = centre(filters[0]!) + 1; bin < centre(filters[39]!); bin++) expect(total[bin]).toBeCloseTo(1, 4);
  });

  it('begins above 20 Hz: bin 0 has no weight', () => {
    expect(melFilters(128).every(({ firstBin, weights }) => weights.length === 0 || firstBin > 0)).toBe(true);
  });

  it('leaves filters empty that fall between two bins', () => {
    expect(melFilters(128).filter(({ weights }) => weights.length === 0)).toHaveLength(1);
  });
});
