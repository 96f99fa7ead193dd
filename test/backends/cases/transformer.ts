import * as tf from '@tensorflow/tfjs-core';
import { attention, gelu, layerNorm, linear, transformerBlock } from '../../../src/ops/index.js';
import { quantizedLinear, quantizeWeight, WEIGHT_ZERO } from '../../../src/ops/quantizedLinear.js';
import { adamW } from '../../../src/train/index.js';
import { type Case, type Cases, normal, type Values, withSpecial } from '../parity.js';

type F = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Gradients of Σ w · f(inputs) for all inputs, with other weights w everywhere. */
const gradientsOf =
  (f: F): Case['run'] =>
  (...inputs) =>
    tf.grads((...moving: tf.Tensor[]) => {
      const y = f(...moving);
      const weights = Float32Array.from({ length: y.size }, (_, i) => Math.cos(i));
      return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
    })(inputs);

const linearInputs: [string, Values[]][] = [
  ['a batch', [normal([2, 5, 8], 'x'), normal([3, 8], 'w'), normal([3], 'b')]],
  ['without a bias', [normal([4, 8], 'x'), normal([3, 8], 'w')]],
  ['rank 1', [normal([8], 'x'), normal([3, 8], 'w'), normal([3], 'b')]],
  ['rank 4', [normal([2, 1, 3, 5], 'x'), normal([2, 5], 'w'), normal([2], 'b')]],
  ['one element', [normal([1, 1], 'x'), normal([1, 1], 'w'), normal([1], 'b')]],
  ['special numbers', [withSpecial([50, 2], 'x'), normal([3, 2], 'w'), normal([3], 'b')]],
];
const run: F = (x, w, b) => linear(x!, w!, b);

const normInputs: [string, Values[]][] = [
  ['a batch', [normal([2, 5, 16], 'x'), normal([16], 'w'), normal([16], 'b')]],
  ['rank 1', [normal([7], 'x'), normal([7], 'w'), normal([7], 'b')]],
  ['an odd width', [normal([3, 13], 'x', 4), normal([13], 'w'), normal([13], 'b')]],
  ['more rows than a part', [normal([90, 960], 'x'), normal([960], 'w'), normal([960], 'b')]],
  ['large numbers', [normal([4, 32], 'x', 1e4), normal([32], 'w'), normal([32], 'b')]],
];
const norm: F = (x, w, b) => layerNorm(x!, w!, b!, 1e-5);

const geluInputs: [string, Values[]][] = [
  ['ordinary numbers', [normal([3, 4, 5], 'x', 3)]],
  ['a scalar', [normal([], 'x')]],
  ['more than a part', [normal([70_001], 'x', 2)]],
  ['special numbers', [withSpecial([400], 'x')]],
];

/** [batch, tokens, heads, dim] and how large the numbers are. */
const attentionSizes: [string, [number, number, number, number], number?][] = [
  ['four heads', [2, 9, 4, 8]],
  ['three heads', [1, 11, 3, 5]],
  ['seven heads of odd width', [2, 5, 7, 3]],
  ['one head', [1, 6, 1, 4]],
  ['one token', [3, 1, 2, 4]],
  ['one number', [1, 1, 1, 1]],
  ['many tokens', [1, 300, 5, 16]],
  ['large numbers', [1, 8, 2, 8], 30],
];

const attentionCases = (backwards: boolean): Case[] =>
  attentionSizes.map(([name, [batch, tokens, heads, dim], scale]) => {
    const f: F = (q, k, v) => attention(q!, k!, v!, heads);
    return {
      name,
      inputs: ['q', 'k', 'v'].map((key) => normal([batch, tokens, heads * dim], key, scale)),
      run: backwards ? gradientsOf(f) : f,
    };
  });

const cases = (inputs: [string, Values[]][], f: Case['run']): Case[] =>
  inputs.map(([name, values]) => ({ name, inputs: values, run: f }));

/** Three steps: parameter, and both moments. */
const updates: Case['run'] = (parameter, ...gradients) => {
  const moving = tf.variable(parameter!);
  const optimizer = adamW({ weightDecay: 0.1 });
  for (const gradient of gradients)
    optimizer.step(new Map([['weight', moving]]), new Map([['weight', gradient]]), 1e-2);
  const all = [moving, ...optimizer.state.tensors.values()].map((tensor) => tf.clone(tensor));
  moving.dispose();
  optimizer.dispose();
  return all;
};

const weight = normal([24, 8], 'weight'); // [out, in]
const quantized = quantizeWeight(weight.values as Float32Array, 24, 8);
/** Rounds each item to 8 bits over its range, which always has 0, and multiplies with the rounded weights. */
const roundedProduct: F = (x, _, scale, bias) => {
  const unpacked = tf.tensor(
    Float32Array.from(new Uint8Array(quantized.packed.buffer), (value) => value - WEIGHT_ZERO),
    [8, 24],
  );
  const items = tf.unstack(x!).map((item) => {
    const [least, most] = [tf.minimum(tf.min(item), 0), tf.maximum(tf.max(item), 0)];
    const step = tf.div(tf.sub(most, least), 255);
    const zero = tf.round(tf.div(tf.neg(least), step));
    const levels = tf.clipByValue(tf.add(tf.round(tf.div(item, step)), zero), 0, 255);
    return tf.mul(tf.matMul(tf.sub(levels, zero), unpacked), tf.mul(step, scale!));
  });
  return tf.add(tf.stack(items), bias ?? 0);
};

/** A linear layer, with int8 weights where there is a scale. */
interface Linear {
  weight: tf.Tensor;
  bias?: tf.Tensor | undefined;
  scale?: tf.Tensor | undefined;
}

/** A block of two heads as one kernel where there is one, or `apart`, of the operations. */
function runBlock(
  x: tf.Tensor,
  [g1, b1, g2, b2]: readonly tf.Tensor[],
  linears: readonly Linear[],
  apart = false,
): tf.Tensor {
  const [query, key, value, attentionOutput, intermediate, output] = linears.map((one) => ({
    bias: undefined,
    ...one,
  })) as [Required<Linear>, Required<Linear>, Required<Linear>, Required<Linear>, Required<Linear>, Required<Linear>];
  const [layernormBefore, layernormAfter] = [
    { weight: g1!, bias: b1! },
    { weight: g2!, bias: b2! },
  ];
  const weights = { query, key, value, attentionOutput, intermediate, output, layernormBefore, layernormAfter };
  const whole = !apart && transformerBlock(x, weights, { heads: 2, epsilon: 1e-5 });
  if (whole) return whole;
  const dense = (input: tf.Tensor, { weight, bias, scale }: Linear) =>
    scale ? quantizedLinear(input, weight, scale, bias) : linear(input, weight, bias);
  const normed = layerNorm(x, g1!, b1!, 1e-5);
  const attended = attention(dense(normed, query), dense(normed, key), dense(normed, value), 2);
  const y = tf.add(x, dense(attended, attentionOutput));
  return tf.add(y, dense(gelu(dense(layerNorm(y, g2!, b2!, 1e-5), intermediate)), output));
}

/** [out, in] of the linear layers of a block. */
const blockSides = (hidden: number): [number, number][] => [
  ...[1, 1, 1, 1, 2].map((times): [number, number] => [times * hidden, hidden]),
  [hidden, 2 * hidden],
];
const blockNorms = (hidden: number): Values[] => ['g1', 'b1', 'g2', 'b2'].map((key) => normal([hidden], key));

const blockCase = (name: string, shape: [number, number, number], withBias: boolean): Case => ({
  name,
  inputs: [
    normal(shape, 'x'),
    ...blockNorms(shape[2]),
    ...blockSides(shape[2]).flatMap((side, i) => [
      normal(side, `w${i}`, 0.3),
      ...(withBias ? [normal([side[0]], `b${i}`)] : []),
    ]),
  ],
  run: (x, ...rest) => {
    const step = withBias ? 2 : 1;
    const linears = Array.from({ length: 6 }, (_, i) => {
      const [weight, bias] = rest.slice(4 + step * i, 4 + step * (i + 1));
      return { weight: weight!, bias };
    });
    return runBlock(x!, rest.slice(0, 4), linears);
  },
});

/** With int8 weights the block and its operations on the same backend are compared: the cpu backend has none. */
const int8Block: Case = {
  name: 'int8 weights',
  inputs: [
    normal([3, 5, 8], 'x'),
    ...blockNorms(8),
    ...blockSides(8).flatMap(([out, input], i) => {
      const { packed, scale } = quantizeWeight(normal([out, input], `w${i}`).values as Float32Array, out, input);
      return [
        { values: packed, shape: [input, out / 4], dtype: 'int32' as const },
        { values: scale, shape: [out], dtype: 'float32' as const },
        normal([out], `b${i}`),
      ];
    }),
  ],
  run: (x, ...rest) => {
    const linears = Array.from({ length: 6 }, (_, i) => {
      const [weight, scale, bias] = rest.slice(4 + 3 * i, 7 + 3 * i);
      return { weight: weight!, scale: scale!, bias };
    });
    const [whole, apart] = [false, true].map((one) => runBlock(x!, rest.slice(0, 4), linears, one)) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return tf.sub(whole, apart);
  },
  reference: (x) => tf.zerosLike(x!),
};

export const transformerCases: Cases = {
  AstAdamW: [[5], [3, 4], [70_001], []].map((shape) => ({
    name: `[${shape}]`,
    inputs: ['parameter', 'first', 'second', 'third'].map((key) => normal(shape, key)),
    run: updates,
  })),
  AstAttention: [
    ...attentionCases(false),
    {
      name: 'NaN in one token',
      inputs: [normal([1, 4, 4], 'q'), normal([1, 4, 4], 'k'), withNaN([1, 4, 4], 'v')],
      run: (q, k, v) => attention(q!, k!, v!, 2),
    },
  ],
  AstAttentionGrad: attentionCases(true),
  AstGelu: cases(geluInputs, (x) => gelu(x!)),
  AstGeluGrad: cases(
    geluInputs,
    gradientsOf((x) => gelu(x!)),
  ),
  AstLayerNorm: cases(normInputs, norm),
  AstLayerNormGrad: cases(normInputs, gradientsOf(norm)),
  AstLinear: [
    ...cases(linearInputs, run),
    ...linearInputs
      .slice(0, 2)
      .map(([name, inputs]) => ({ name: `gradients, ${name}`, inputs, run: gradientsOf(run) })),
  ],
  AstTransformerBlock: [
    blockCase('a batch', [3, 7, 8], true),
    blockCase('without biases', [2, 5, 12], false),
    blockCase('more rows than a part', [3, 700, 4], true),
    int8Block,
  ],
  AstQuantizedLinear: [true, false].map((withBias) => ({
    name: withBias ? 'with a bias' : 'without a bias',
    inputs: [
      normal([3, 5, 8], 'x'),
      { values: quantized.packed, shape: [8, 6], dtype: 'int32' as const },
      { values: quantized.scale, shape: [24], dtype: 'float32' as const },
      ...(withBias ? [normal([24], 'bias')] : []),
    ],
    run: (x?: tf.Tensor, packed?: tf.Tensor, scale?: tf.Tensor, bias?: tf.Tensor) =>
      quantizedLinear(x!, packed!, scale!, bias),
    reference: roundedProduct,
  })),
};

function withNaN(shape: number[], key: string): Values {
  const all = normal(shape, key);
  all.values[5] = Number.NaN;
  return all;
}
