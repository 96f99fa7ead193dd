import { describe, expect, it } from 'vitest';
import { similarityOrder } from '../../src/report/similarityOrder.js';

describe('similarityOrder', () => {
  it('puts groups together, and turns them so that their nearest ends meet', () => {
    // 0-2 and 1-3 are alike; of what joins the groups, 2-3 is the most alike.
    const similarity = [
      [0, 0.1, 0.9, 0.1],
      [0.1, 0, 0.1, 0.8],
      [0.9, 0.1, 0, 0.4],
      [0.1, 0.8, 0.4, 0],
    ];
    expect([
      [0, 2, 3, 1],
      [1, 3, 2, 0],
    ]).toContainEqual(similarityOrder(similarity));
  });

  it('orders one thing, and none', () => {
    expect([similarityOrder([]), similarityOrder([[0]])]).toEqual([[], [0]]);
  });
});
