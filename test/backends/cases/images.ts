import * as tf from '@tensorflow/tfjs-core';
import { type Case, type Cases, normal, withSpecial } from '../parity.js';

type Pair = [number, number];
type Padding = 'same' | 'valid' | number | [Pair, Pair, Pair, Pair];
/** [batch, height, width, in], [height, width, in, out or multiplier], strides, padding, dilations */
type Setting = readonly [number[], number[], Pair, Padding, Pair?];

const explicit: Padding = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
];

const settings: readonly Setting[] = [
  [[2, 7, 9, 3], [3, 3, 3, 4], [1, 1], 'same'],
  [[2, 7, 9, 3], [3, 3, 3, 4], [1, 1], 'valid'],
  [[1, 8, 8, 2], [2, 2, 2, 3], [2, 2], 'same'],
  [[1, 9, 7, 2], [3, 2, 2, 3], [2, 3], 'valid'], // columns are left over
  [[2, 11, 5, 1], [4, 3, 1, 2], [3, 1], 'same'],
  [[1, 6, 6, 2], [1, 1, 2, 5], [1, 1], 'same'],
  [[1, 6, 6, 2], [1, 1, 2, 5], [2, 2], 'valid'], // the window is smaller than its step
  [[3, 5, 6, 2], [3, 3, 2, 2], [2, 2], 1],
  [[1, 5, 6, 2], [3, 3, 2, 2], [2, 1], explicit],
  [[1, 5, 5, 2], [5, 5, 2, 3], [1, 1], 'valid'], // one window
  [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1], 'valid'],
];
const dilated: readonly Setting[] = [
  [[1, 9, 8, 2], [3, 3, 2, 3], [1, 1], 'same', [2, 2]],
  [[2, 9, 8, 2], [2, 3, 2, 3], [1, 1], 'valid', [3, 2]],
];

const nameOf = ([x, filter, strides, pad, dilations = [1, 1]]: Setting): string =>
  `[${x}] with [${filter}], strides ${strides}, padding ${pad}, dilations ${dilations}`;

type Convolve = (x: tf.Tensor4D, filter: tf.Tensor4D, setting: Setting) => tf.Tensor;
const conv2d: Convolve = (x, filter, [, , strides, pad, dilations]) =>
  tf.conv2d(x, filter, strides, pad as 'same', 'NHWC', dilations);
const depthwise: Convolve = (x, filter, [, , strides, pad, dilations]) =>
  tf.depthwiseConv2d(x, filter, strides, pad as 'same', 'NHWC', dilations);

const forward = (all: readonly Setting[], convolve: Convolve): Case[] =>
  all.map((setting) => ({
    name: nameOf(setting),
    inputs: [normal(setting[0], 'x'), normal(setting[1], 'filter')],
    run: (x, filter) => convolve(x as tf.Tensor4D, filter as tf.Tensor4D, setting),
  }));

/** Gradient of Σ w · y for one of x and filter, with other weights w everywhere. */
const gradient = (convolve: Convolve, of: 0 | 1): Case[] =>
  settings.map((setting) => ({
    name: nameOf(setting),
    inputs: [normal(setting[0], 'x'), normal(setting[1], 'filter')],
    run: (...inputs) => {
      const objective = (moving: tf.Tensor) => {
        const [x, filter] = inputs.map((input, i) => (i === of ? moving : input)) as [tf.Tensor4D, tf.Tensor4D];
        const y = convolve(x, filter, setting);
        return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
      };
      return tf.grad(objective)(inputs[of]!);
    },
  }));

const withTail = (
  name: string,
  options: object,
  more: ReturnType<typeof normal>[] = [],
  keys: string[] = [],
): Case => ({
  name,
  inputs: [normal([2, 6, 5, 3], 'x'), normal([3, 3, 3, 4], 'filter'), ...more],
  run: (x, filter, ...rest) =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      strides: 1,
      pad: 'same',
      ...options,
      ...Object.fromEntries(keys.map((key, i) => [key, rest[i]])),
    }),
});

type Pool = (x: tf.Tensor4D, size: Pair, strides: Pair, pad: 'same' | 'valid' | number) => tf.Tensor;
const pools: readonly (readonly [number[], Pair, Pair, 'same' | 'valid' | number])[] = [
  [[2, 6, 8, 3], [2, 2], [2, 2], 'valid'],
  [[2, 7, 9, 3], [3, 3], [2, 2], 'same'],
  [[1, 7, 5, 2], [3, 2], [1, 1], 'same'],
  [[1, 9, 7, 2], [2, 3], [3, 2], 'valid'],
  [[1, 6, 6, 1], [3, 3], [2, 2], 1],
  [[2, 4, 4, 2], [4, 4], [1, 1], 'valid'],
];

const pooled = (pool: Pool): Case[] =>
  pools.flatMap(([shape, size, strides, pad]) =>
    [normal(shape, 'pool'), withSpecial(shape, 'pool', 9)].map((values, special) => ({
      name: `[${shape}], window ${size}, strides ${strides}, padding ${pad}${special ? ', special numbers' : ''}`,
      inputs: [values],
      run: (x?: tf.Tensor) => pool(x as tf.Tensor4D, size, strides, pad),
    })),
  );

const pooledBackwards = (pool: Pool): Case[] =>
  pools.map(([shape, size, strides, pad]) => ({
    name: `[${shape}], window ${size}, strides ${strides}, padding ${pad}`,
    // Steps of a half: many windows have several largest values.
    inputs: [normal(shape, 'x'), normal([500], 'dy')],
    run: (x, weights) =>
      tf.grad((moving: tf.Tensor) => {
        const y = pool(moving as tf.Tensor4D, size, strides, pad);
        return tf.sum(tf.mul(y, tf.reshape(tf.slice(weights!, 0, y.size), y.shape)));
      })(tf.div(tf.round(tf.mul(x!, 2)), 2)),
  }));

const batchNorm = (name: string, shape: number[], parameters: number[], withScale = true): Case => ({
  name,
  inputs: [normal(shape, 'x'), ...['mean', 'variance', 'offset', 'scale'].map((key) => normal(parameters, key))],
  run: (x, mean, variance, offset, scale) =>
    tf.batchNorm(
      x!,
      mean!,
      tf.square(variance!),
      ...(withScale ? [offset!, scale!] : ([undefined, undefined] as const)),
      1e-3,
    ),
});

export const imageCases: Cases = {
  AvgPool: pooled(tf.avgPool as Pool),
  AvgPoolGrad: pooledBackwards(tf.avgPool as Pool),
  Conv2D: [
    ...forward([...settings, ...dilated], conv2d),
    {
      name: 'sizes rounded up',
      inputs: [normal([1, 6, 6, 2], 'x'), normal([3, 3, 2, 2], 'filter')],
      run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 0, 'NHWC', 1, 'ceil'),
      inJavaScript: 'sizes rounded up',
    },
    {
      name: 'a padding in numbers with strides that differ',
      inputs: [normal([3, 5, 6, 2], 'x'), normal([3, 3, 2, 2], 'filter')],
      run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 2], 1),
      inJavaScript: 'a padding in numbers with strides that differ',
    },
    {
      name: 'channels first',
      inputs: [normal([1, 2, 6, 6], 'x'), normal([3, 3, 2, 2], 'filter')],
      run: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', 'NCHW'),
      inJavaScript: 'channels first',
    },
    {
      ...forward(settings, conv2d)[0]!,
      name: 'special numbers',
      inputs: [withSpecial([1, 9, 9, 1], 'x'), normal([2, 2, 1, 1], 'f')],
    },
  ],
  Conv2DBackpropFilter: gradient(conv2d, 1),
  Conv2DBackpropInput: [
    ...gradient(conv2d, 0),
    {
      name: 'as a transposed convolution',
      inputs: [normal([1, 4, 5, 3], 'x'), normal([3, 3, 2, 3], 'filter')],
      run: (x, filter) => tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 8, 10, 2], 2, 'same'),
    },
  ],
  DepthwiseConv2dNative: forward([...settings, ...dilated], depthwise),
  DepthwiseConv2dNativeBackpropFilter: gradient(depthwise, 1),
  DepthwiseConv2dNativeBackpropInput: gradient(depthwise, 0),
  FusedBatchNorm: [
    batchNorm('one value a channel', [2, 5, 6, 3], [3]),
    batchNorm('one value', [4, 3], [1, 1]),
    batchNorm('a value for each element', [4, 3], [4, 3]),
    batchNorm('without scale and offset', [4, 3], [3], false),
    {
      ...batchNorm('a value an item', [4, 3], [4, 1]),
      inJavaScript: 'parameters that do not repeat along leading axes',
    },
  ],
  FusedConv2D: [
    withTail('a bias', {}, [normal([4], 'bias')], ['bias']),
    withTail('a bias of one number', {}, [normal([], 'bias')], ['bias']),
    ...(['relu', 'relu6', 'elu', 'sigmoid'] as const).flatMap((activation) => [
      withTail(activation, { activation }),
      withTail(`a bias and ${activation}`, { activation }, [normal([4], 'bias')], ['bias']),
    ]),
    withTail('leakyrelu', { activation: 'leakyrelu', leakyreluAlpha: 0.1 }),
    {
      name: 'channels first',
      inputs: [normal([1, 2, 6, 6], 'x'), normal([3, 3, 2, 2], 'filter')],
      run: (x, filter) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          dataFormat: 'NCHW',
        }),
      inJavaScript: 'channels first',
    },
    withTail('prelu', { activation: 'prelu' }, [normal([4], 'slope')], ['preluActivationWeights']),
  ],
  FusedDepthwiseConv2D: (['linear', 'relu', 'relu6'] as const).map((activation) => ({
    name: `a bias and ${activation}`,
    inputs: [normal([2, 6, 5, 3], 'x'), normal([3, 3, 3, 2], 'filter'), normal([6], 'bias')],
    run: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        bias: bias!,
        strides: 2,
        pad: 'same',
        activation,
      }),
  })),
  MaxPool: pooled(tf.maxPool as Pool),
  MaxPoolGrad: pooledBackwards(tf.maxPool as Pool),
};
