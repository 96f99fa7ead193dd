import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/random.js';

const draw = (seed: Parameters<typeof createRandom>[0], count = 5) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.uniform());
};

describe('createRandom', () => {
  it('repeats its numbers for one seed, and gives others for the next seed', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).toEqual(draw([1]));
    expect(draw(2)).not.toEqual(draw(1));
    expect(draw([1, 'weights'])).not.toEqual(draw([1, 'order']));
    expect(draw([1, '2'])).not.toEqual(draw([1, 2]));
  });

  it('keeps the numbers of earlier versions: checkpoints and published results rely on them', () => {
    expect(draw(42, 3)).toMatchInlineSnapshot(`
      [
        0.26228178804784796,
        0.37951392043293064,
        0.13651092551173472,
      ]
    `);
  });

  it('draws uniformly, also for seeds that follow each other', () => {
    const first = Array.from({ length: 2000 }, (_, seed) => draw(seed, 1)[0]!);
    const counts = Array(10).fill(0) as number[];
    for (const value of first) counts[Math.floor(10 * value)]!++;
    // 2000 draws in 10 bins: expected 200, standard deviation 13.4.
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(5 * 13.4);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first)).toBeLessThan(1);
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = createRandom(3);
    const values = Array.from({ length: 100_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const beyondTwo = values.filter((value) => Math.abs(value) > 1.96).length / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(beyondTwo).toBeCloseTo(0.05, 2);
  });

  it('shuffles in place into every order equally often', () => {
    const random = createRandom(4);
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    // expected 1000, standard deviation 29
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * 29);
    const array = Int32Array.of(1, 2, 3);
    expect(random.shuffle(array)).toBe(array);
  });

  it('goes on from a saved state, which survives JSON', () => {
    const random = createRandom(5);
    random.normal();
    const state = JSON.parse(JSON.stringify(random.state())) as number[];
    const expected = [random.uniform(), random.integer(1000)];
    const other = createRandom(0);
    other.restore(state);
    expect([other.uniform(), other.integer(1000)]).toEqual(expected);
  });

  it('forks streams that do not depend on how much was drawn', () => {
    const random = createRandom(6);
    const before = random.fork('epoch', 1).uniform();
    random.uniform();
    expect(random.fork('epoch', 1).uniform()).toBe(before);
    expect(random.fork('epoch').fork(1).uniform()).toBe(before);
    expect(random.fork('epoch', 2).uniform()).not.toBe(before);
  });

  it('refuses seeds, sizes and states that mean nothing', () => {
    expect(() => createRandom(0.5)).toThrow('safe integer');
    expect(() => createRandom([1, Number.NaN])).toThrow('got NaN');
    expect(() => createRandom(1).integer(0)).toThrow('got 0');
    expect(() => createRandom(1).restore([1, 2])).toThrow('four integers, got [1,2]');
  });
});
