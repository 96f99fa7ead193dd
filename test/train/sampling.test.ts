import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { balancedOrder } from '../../src/train/index.js';

// 890 clips of class 0, 100 of class 1, 10 of class 2, mixed.
const labels = Array.from({ length: 1000 }, (_, i) => (i % 100 === 0 ? 2 : i % 10 === 5 ? 1 : 0));
const sizes = [0, 1, 2].map((label) => labels.filter((each) => each === label).length);

describe('balanced sampling', () => {
  it('draws as many clips as there are, each class as often as any other', () => {
    const order = balancedOrder(labels, createRandom(1));
    expect(order).toHaveLength(labels.length);
    for (const label of [0, 1, 2]) {
      const share = order.filter((index) => labels[index] === label).length / order.length;
      // Six standard deviations of a share of 1/3 in 1000 draws.
      expect(Math.abs(share - 1 / 3), `class ${label}`).toBeLessThan(6 * Math.sqrt((1 / 3) * (2 / 3) * 1e-3));
    }
  });

  it('draws the clips of a class alike, with replacement', () => {
    const draws = new Map<number, number>();
    for (let epoch = 0; epoch < 30; epoch++)
      for (const index of balancedOrder(labels, createRandom(2).fork(epoch)))
        draws.set(index, (draws.get(index) ?? 0) + 1);
    for (const index of labels.keys())
      if (labels[index] === 2) {
        const expected = 30_000 / 3 / sizes[2]!; // 1000 of each
        expect(Math.abs((draws.get(index) ?? 0) - expected)).toBeLessThan(6 * Math.sqrt(expected));
      }
    // A clip of class 0 is drawn 11 times on average, and about e^-11 of them never.
    expect(labels.filter((label, index) => label === 0 && !draws.has(index)).length).toBeLessThan(5);
  });

  it('repeats with the seed', () => {
    expect(balancedOrder(labels, createRandom(3))).toEqual(balancedOrder(labels, createRandom(3)));
    expect(balancedOrder(labels, createRandom(3))).not.toEqual(balancedOrder(labels, createRandom(4)));
  });

  it('does not wait for a class that has no clip', () => {
    expect(balancedOrder([4, 4], createRandom(5)).every((index) => index < 2)).toBe(true);
    expect(balancedOrder([], createRandom(5))).toEqual([]);
  });
});
