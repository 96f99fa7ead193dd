import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What tells one stream of random numbers from another: seeds, and names or counters below them. */
export type RandomKey = number | string;

/** A stream of random numbers that can be saved, restored and split. */
export interface Random {
  /** A number in [0, 1) with 53 random bits; in [low, high) when both are given. */
  uniform(low?: number, high?: number): number;
  /** An integer in [0, n), each equally likely. `n` is a positive integer. */
  integer(n: number): number;
  /** A number from the normal distribution of mean 0 and standard deviation 1. */
  normal(): number;
  /** Permutes `array` in place (Fisher and Yates, each order equally likely) and returns it. */
  shuffle<T extends { readonly length: number; [index: number]: unknown }>(array: T): T;
  /** Where the stream is: four integers that survive JSON. Give it to `restore` to go on from here. */
  state(): number[];
  /** Goes on from a state that `state()` gave. Throws a RangeError when it is not four integers. */
  restore(state: readonly number[]): void;
  /**
   * A stream of its own for these keys: it depends on the keys and on what this stream was created with, not on how
   * many numbers were drawn, so that adding a draw in one place does not change the others.
   */
  fork(...keys: RandomKey[]): Random;
}

// FNV-1a in four lanes and the finaliser of MurmurHash3: neighbouring seeds give unrelated states.
function hashKeys(keys: readonly RandomKey[]): number[] {
  const text = JSON.stringify(keys);
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((lane) => {
    let hash = lane;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) | 0;
  });
}

/**
 * Random numbers that a seed repeats on every machine: xoroshiro128+ of the library
 * [pure-rand](https://github.com/dubzzz/pure-rand), seeded through a hash. (`normal` uses Math.log and Math.cos, whose last
 * bit may differ between JavaScript engines.)
 *
 * @param seed An integer, or a list of keys (integers and strings) that name the stream.
 * @throws RangeError when a number among the keys is not a safe integer.
 *
 * @example
 * ```ts
 * const random = createRandom(42);
 * random.shuffle([0, 1, 2, 3]);
 * const weights = Float32Array.from({ length: 10 }, () => 0.02 * random.normal());
 * const epochOrder = random.fork('epoch', 3); // does not depend on the draws above
 * ```
 */
export function createRandom(seed: number | readonly RandomKey[]): Random {
  const keys = typeof seed === 'number' ? [seed] : seed;
  for (const key of keys)
    if (typeof key === 'number' && !Number.isSafeInteger(key))
      throw new RangeError(`A seed must be a safe integer (or a list of integers and strings), got ${key}.`);
  let generator = xoroshiro128plusFromState(hashKeys(keys));

  const random: Random = {
    uniform: (low = 0, high = 1) => low + (high - low) * uniformFloat64(generator),
    integer(n) {
      if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`integer(n) needs a positive integer n, got ${n}.`);
      return uniformInt(generator, 0, n - 1);
    },
    // Box and Muller; the second value is dropped, so that the state is the generator's alone.
    normal: () =>
      Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator))) * Math.cos(2 * Math.PI * uniformFloat64(generator)),
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last--) {
        const other = random.integer(last + 1);
        [array[last], array[other]] = [array[other], array[last]];
      }
      return array;
    },
    state: () => [...generator.getState()],
    restore(state) {
      if (state.length !== 4 || !state.every(Number.isInteger))
        throw new RangeError(`A state of random numbers is four integers, got ${JSON.stringify(state)}.`);
      generator = xoroshiro128plusFromState(state);
    },
    fork: (...more) => createRandom([...keys, ...more]),
  };
  return random;
}
