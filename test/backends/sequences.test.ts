import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import type { OnnxruntimeBackend } from '../../src/backends/onnxruntime/backend.js';
import { createRandom, type Random } from '../../src/random.js';
import { sizeOf } from './parity.js';

/**
 * Random programs of operations whose results are the same to the last bit on every backend, on tensors of few sizes, so
 * that freed memory is lent again at once: an array that is lent while somebody reads it shows as another number.
 */
const shapes = [[24], [4, 6], [2, 3, 4], [6, 4]];
const STEPS = 120;

interface Held {
  array: ArrayLike<number>;
  copy: number[];
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)]!;

const fresh = (random: Random): tf.Tensor => {
  const shape = pick(random, shapes);
  return tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random.integer(17) - 8),
    shape,
  );
};

type Operation = (x: tf.Tensor, random: Random, other: (size: number) => tf.Tensor) => tf.Tensor | tf.Tensor[];

/** Two numbers to one that is no larger, so that long programs stay in range. */
const mean = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.floor(tf.mul(tf.add(a, b), 0.5));
const partner = (x: tf.Tensor, other: (size: number) => tf.Tensor): tf.Tensor => tf.reshape(other(x.size), x.shape);

const operations: Record<string, Operation> = {
  abs: (x) => tf.abs(x),
  neg: (x) => tf.neg(x),
  relu: (x) => tf.relu(x),
  step: (x) => tf.step(x, 0.5),
  mean: (x, _, other) => mean(x, partner(x, other)),
  maximum: (x, _, other) => tf.maximum(x, partner(x, other)),
  chosen: (x, _, other) => tf.where(tf.greater(x, 0), x, partner(x, other)),
  doubled: (x, _, other) => tf.slice(tf.concat([tf.reshape(x, [-1]), tf.reshape(other(x.size), [-1])]), 0, x.size),
  transpose: (x) => tf.transpose(x),
  // Views, or what might be one.
  clone: (x) => tf.clone(x),
  reshape: (x) => tf.reshape(x, [-1]),
  expand: (x) => tf.expandDims(x, 0),
  reverse: (x) => tf.reverse(x),
  slice: (x, random) => {
    const begin = random.integer(x.shape[0]!);
    return tf.slice(x, [begin], [1 + random.integer(x.shape[0]! - begin)]);
  },
  stridedSlice: (x, random) => {
    const begin = random.integer(x.shape[0]!);
    return tf.stridedSlice(x, [begin], [begin + 1 + random.integer(x.shape[0]! - begin)], [1]);
  },
  unstack: (x) => tf.unstack(x).slice(0, 3),
  split: (x) => (x.shape[0]! % 2 === 0 ? tf.split(x, 2) : tf.clone(x)),
  integers: (x) => tf.cast(tf.cast(x, 'int32'), 'float32'),
  truth: (x) => tf.cast(tf.cast(x, 'bool'), 'float32'),
  slicedIntegers: (x) => tf.cast(tf.slice(tf.cast(x, 'int32'), [0], [1]), 'float32'),
  complex: (x, random, other) => {
    const both = tf.complex(x, partner(x, other));
    return random.integer(2) === 0 ? tf.real(both) : tf.imag(both);
  },
  gather: (x) => tf.gather(x, tf.tensor1d([0, 0], 'int32')),
  pad: (x) =>
    tf.pad(
      x,
      x.shape.map((_, axis) => [axis === 0 ? 1 : 0, 0] as [number, number]),
      2,
    ),
  kept: (x) => tf.keep(tf.neg(x)),
};

/** Runs the program of a seed: what is alive at its end, and whether arrays that were read out are still the same. */
async function run(seed: number): Promise<{ alive: number[][]; held: Held[] }> {
  const random = createRandom([20, seed]);
  const alive: tf.Tensor[] = [fresh(random), fresh(random)];
  const held: Held[] = [];
  const variable = tf.tidy(() => tf.variable(tf.zeros([24])));
  for (let step = 0; step < STEPS; step++) {
    const what = random.integer(10);
    const x = pick(random, alive);
    if (what === 0) alive.push(fresh(random));
    else if (what === 1) {
      const array = random.integer(2) === 0 ? x.dataSync() : await x.data();
      held.push({ array, copy: Array.from(array) });
    } else if (what === 2 && x.size === 24) tf.tidy(() => variable.assign(tf.reshape(mean(x, x), [24])));
    else if (alive.length > 12 || (what === 3 && alive.length > 2)) alive.splice(alive.indexOf(x), 1)[0]!.dispose();
    else {
      const other = (size: number) => alive.find((tensor) => tensor.size === size && tensor !== x) ?? x;
      const name = pick(random, Object.keys(operations));
      if (x.rank > 0) alive.push(...[tf.tidy(() => operations[name]!(x, random, other))].flat());
    }
  }
  // The larger of 0 and -0 may be either: + 0 makes it 0.
  const values = [...alive, variable].map((tensor) => Array.from(tensor.dataSync(), (value) => value + 0));
  tf.dispose([...alive, variable]);
  return { alive: values, held };
}

describe('random programs', () => {
  beforeAll(async () => {
    await useBackend('cpu');
    await useBackend('onnxruntime', { smallTensor: 0, poolBytes: 1e6 });
  });

  it.each(Array.from({ length: 300 }, (_, seed) => seed))('give the same on cpu and onnxruntime: %i', async (seed) => {
    await tf.setBackend('cpu');
    const expected = await run(seed);
    await tf.setBackend('onnxruntime');
    const backend = tf.backend() as OnnxruntimeBackend;
    const before = [tf.memory().numDataBuffers, backend.numDataIds()];
    const actual = await run(seed);
    expect(actual.alive).toEqual(expected.alive);
    for (const { array, copy } of actual.held) expect(Array.from(array)).toEqual(copy);
    expect([tf.memory().numDataBuffers, backend.numDataIds()]).toEqual(before);
  });

  it('lend memory again', () => {
    expect((tf.backend() as OnnxruntimeBackend).pool.freeBytes).toBeGreaterThan(0);
  });
});
