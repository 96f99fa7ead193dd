import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../../src/random.js';
import { type Case, type Cases, empty, integers, integersThere, normal, randomShape, withSpecial } from '../parity.js';

type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const NaNs = Number.NaN;
const inf = Number.POSITIVE_INFINITY;
const row = (...values: number[]) => ({
  values: Float32Array.from(values),
  shape: [values.length],
  dtype: 'float32' as const,
});

function casesOf(name: string, reduce: Reduction): Case[] {
  const random = createRandom([9, name]);
  const over = (rank: number, axes: number[]): Case[] =>
    [false, true].map((keepDims) => ({
      name: `axes [${axes}] of rank ${rank}${keepDims ? ', kept' : ''}`,
      inputs: [normal(randomShape(random, rank, 4), `${name} ${rank} ${axes}`)],
      run: (x) => reduce(x!, axes, keepDims),
    }));
  return [
    ...[[0]].flatMap((axes) => over(1, axes)),
    ...[[0], [1], [-1], [0, 1]].flatMap((axes) => over(2, axes)),
    ...[[0], [1], [2], [0, 2], [2, 0], [-2, -1]].flatMap((axes) => over(3, axes)),
    ...[[1], [0, 1, 2], [3, 1]].flatMap((axes) => over(4, axes)),
    ...[[2], [0, 4], [0, 1, 2, 3, 4]].flatMap((axes) => over(5, axes)),
    { name: 'all of it', inputs: [normal([3, 4], name)], run: (x) => reduce(x!) },
    { name: 'one element', inputs: [normal([1, 1], name)], run: (x) => reduce(x!, 0) },
    { name: 'a scalar', inputs: [normal([], name)], run: (x) => reduce(x!), inJavaScript: 'scalars' },
    {
      name: 'an empty tensor',
      inputs: [normal([0, 3], name)],
      run: (x) => reduce(x!, 1),
      inJavaScript: empty,
    },
    {
      name: 'whole and special numbers, row by row',
      inputs: [withSpecial([200, 7], name, 9)],
      run: (x) => reduce(tf.round(x!), 1),
    },
    ...[
      row(1, NaNs, 2, 3),
      row(NaNs, 1, 2, 3),
      row(1, 2, 3, NaNs),
      row(inf, 1, 2),
      row(-inf, 1, -inf),
      row(inf, -inf),
      row(inf, NaNs),
      row(0, -0),
    ].map((values) => ({ name: `[${[...values.values]}]`, inputs: [values], run: (x?: tf.Tensor) => reduce(x!) })),
    { name: 'a long column', inputs: [normal([5000, 3], name, 0.9)], run: (x) => reduce(x!, 0) },
  ];
}

const byLast = (run: (x: tf.Tensor) => tf.Tensor): Case[] => [
  ...[1, 2, 3, 4, 5].map((rank) => ({
    name: `rank ${rank}`,
    inputs: [normal(randomShape(createRandom([10, rank]), rank), `s${rank}`, 3)],
    run: run as Case['run'],
  })),
  { name: 'large numbers', inputs: [normal([50, 9], 'large', 1e4)], run: run as Case['run'] },
  { name: 'special numbers', inputs: [withSpecial([200, 5], 'special')], run: run as Case['run'] },
  { name: 'one label', inputs: [withSpecial([20, 1], 'one')], run: run as Case['run'] },
  {
    name: 'an empty tensor',
    inputs: [normal([0, 3], 'empty')],
    run: run as Case['run'],
    inJavaScript: empty,
  },
];

export const reductionCases: Cases = {
  Max: [...casesOf('Max', tf.max), ...byLast((x) => tf.logSoftmax(x))],
  Mean: casesOf('Mean', tf.mean),
  Min: casesOf('Min', tf.min),
  Prod: casesOf('Prod', tf.prod),
  Softmax: byLast((x) => tf.softmax(x)),
  Sum: [
    ...casesOf('Sum', tf.sum),
    { name: 'integers', inputs: [integers([1, 2, 3])], run: (x) => tf.sum(x!), inJavaScript: integersThere },
  ],
};
