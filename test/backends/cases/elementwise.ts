import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../../src/random.js';
import {
  bools,
  type Case,
  type Cases,
  empty,
  integers,
  integersThere,
  normal,
  pairsOfSpecial,
  randomShape,
  type Values,
  withSpecial,
} from '../parity.js';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const noRows: Values = { values: new Float32Array(0), shape: [0, 3], dtype: 'float32' };

const unary: Record<string, Unary> = {
  Abs: tf.abs,
  Ceil: tf.ceil,
  ClipByValue: (x) => tf.clipByValue(x, -1, 2),
  Cos: tf.cos,
  Elu: tf.elu,
  Erf: tf.erf,
  Exp: tf.exp,
  Expm1: tf.expm1,
  Floor: tf.floor,
  LeakyRelu: (x) => tf.leakyRelu(x, 0.3),
  Log: tf.log,
  Log1p: tf.log1p,
  Neg: tf.neg,
  Reciprocal: tf.reciprocal,
  Relu: tf.relu,
  Relu6: tf.relu6,
  Round: tf.round,
  Rsqrt: tf.rsqrt,
  Selu: tf.selu,
  Sigmoid: tf.sigmoid,
  Sign: tf.sign,
  Sin: tf.sin,
  Softplus: tf.softplus,
  Sqrt: tf.sqrt,
  Square: tf.square,
  Step: (x) => tf.step(x, 0.25),
  Tanh: tf.tanh,
};

const unaryCases = (name: string, run: Unary): Case[] => [
  ...[0, 1, 2, 3, 4, 5].map((rank) => {
    const shape = randomShape(createRandom([6, name, rank]), rank);
    return { name: `rank ${rank}`, inputs: [withSpecial(shape, `${name}${rank}`)], run };
  }),
  { name: 'every special number', inputs: [pairsOfSpecial()[0]], run },
  { name: 'one element', inputs: [normal([1], name)], run },
  { name: 'an empty tensor', inputs: [noRows], run, inJavaScript: empty },
  { name: 'more than a part', inputs: [normal([70_001], name, 3)], run },
  { name: 'large numbers', inputs: [normal([999], name, 1e4)], run },
  { name: 'small numbers', inputs: [normal([999], name, 1e-4)], run },
];

const binary: Record<string, Binary> = {
  Add: tf.add,
  Equal: tf.equal,
  Greater: tf.greater,
  GreaterEqual: tf.greaterEqual,
  Less: tf.less,
  LessEqual: tf.lessEqual,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
  Multiply: tf.mul,
  NotEqual: tf.notEqual,
  Prelu: tf.prelu,
  RealDiv: tf.div,
  SquaredDifference: tf.squaredDifference,
  Sub: tf.sub,
};

/** Shapes that broadcast to each other: axes of 1 in either, and leading axes missing from either. */
function broadcastPair(name: string, rank: number): [number[], number[]] {
  const random = createRandom([7, name, rank]);
  const whole = randomShape(random, rank);
  const thin = () => whole.map((side) => (random.integer(3) === 0 ? 1 : side)).slice(random.integer(rank + 1));
  return random.integer(2) === 0 ? [whole, thin()] : [thin(), whole];
}

const binaryCases = (name: string, run: Binary): Case[] => [
  ...[0, 1, 2, 3, 4, 5].map((rank) => {
    const [a, b] = broadcastPair(name, rank);
    return {
      name: `[${a}] with [${b}]`,
      inputs: [withSpecial(a, `${name}a${rank}`), withSpecial(b, `${name}b${rank}`)],
      run: run as Case['run'],
    };
  }),
  { name: 'both to a larger shape', inputs: [normal([4, 1, 3], 'a'), normal([2, 1], 'b')], run: run as Case['run'] },
  { name: 'every pair of special numbers', inputs: pairsOfSpecial(), run: run as Case['run'] },
  {
    name: 'large and small numbers',
    inputs: [normal([99], 'a', 1e5), normal([99], 'b', 1e-5)],
    run: run as Case['run'],
  },
  { name: 'an empty tensor', inputs: [noRows, normal([3], 'b')], run: run as Case['run'], inJavaScript: empty },
];

const ints = integers([1, -2, 3, 4], [2, 2]);
const sumOfElu = (x: tf.Tensor) => tf.sum(tf.elu(x));

/** C and JavaScript differ on powers of ±1 to infinity and NaN. */
const fewExponents = 'all but one finite exponent';

const others: Cases = {
  AddN: [
    { name: 'one tensor', inputs: [withSpecial([3, 4], 'a')], run: (...terms) => tf.addN(terms) },
    {
      name: 'five tensors',
      inputs: ['a', 'b', 'c', 'd', 'e'].map((key) => withSpecial([2, 1, 7], key)),
      run: (...terms) => tf.addN(terms),
    },
  ],
  EluGrad: [
    { name: 'through tf.grad', inputs: [normal([70_001], 'x', 2)], run: (x) => tf.grad(sumOfElu)(x!) },
    {
      name: 'special numbers',
      inputs: pairsOfSpecial(),
      run: (dy, y) => tf.engine().runKernel('EluGrad', { dy: dy!, y: y! }) as tf.Tensor,
    },
  ],
  Pow: [
    ...[-2, -0.5, 0, 0.5, 1, 2, 3, 2.7].map((exponent) => ({
      name: `to ${exponent}`,
      inputs: [pairsOfSpecial()[0]],
      run: (x: tf.Tensor) => tf.pow(x, exponent),
    })),
    {
      name: 'to an infinite exponent',
      inputs: [pairsOfSpecial()[0]],
      run: (x) => tf.pow(x, Number.POSITIVE_INFINITY),
      inJavaScript: fewExponents,
    },
    {
      name: 'to many exponents',
      inputs: pairsOfSpecial(),
      run: tf.pow as Case['run'],
      inJavaScript: fewExponents,
    },
  ],
  Select: [
    ...[0, 1, 2, 3, 4, 5].map((rank) => {
      const shape = randomShape(createRandom([8, rank]), rank);
      return {
        name: `rank ${rank}`,
        inputs: [bools(shape, 'c'), withSpecial(shape, 't'), withSpecial(shape, 'e')],
        run: tf.where as unknown as Case['run'],
      };
    }),
    {
      name: 'integers',
      inputs: [bools([2, 2], 'c'), ints, ints],
      run: tf.where as unknown as Case['run'],
      inJavaScript: integersThere,
    },
  ],
};

/** Where the difference to 1, or of 1, would lose all digits. */
const nearZero = (name: string, run: Unary): Case => ({
  name: 'near zero',
  inputs: [normal([5000], name, 1e-5)],
  run,
  relative: true,
});

const table = <T>(entries: Record<string, T>, casesOf: (name: string, entry: T) => Case[]): Cases =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, casesOf(name, entry)]));

const plain: Cases = { ...table(unary, unaryCases), ...table(binary, binaryCases), ...others };

export const elementwiseCases: Cases = {
  ...plain,
  Add: [
    ...plain['Add']!,
    { name: 'integers', inputs: [ints, ints], run: tf.add as Case['run'], inJavaScript: integersThere },
    { name: 'integers and floats', inputs: [ints, normal([2, 2], 'b')], run: tf.add as Case['run'] },
    { name: 'truth values and floats', inputs: [bools([2, 2], 'a'), normal([2, 2], 'b')], run: tf.add as Case['run'] },
  ],
  Expm1: [...plain['Expm1']!, nearZero('Expm1', tf.expm1)],
  Log1p: [...plain['Log1p']!, nearZero('Log1p', tf.log1p)],
};
