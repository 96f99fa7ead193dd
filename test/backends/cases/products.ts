import * as tf from '@tensorflow/tfjs-core';
import { type Case, type Cases, empty, integers, integersThere, normal, type Values, withSpecial } from '../parity.js';

/** Leading axes of a and b. */
const batches: [number[], number[]][] = [
  [[], []],
  [[3], [3]],
  [[3], [1]],
  [[1], [4]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [2, 1],
    [1, 3],
  ],
  [[2, 3], []],
  [
    [2, 1, 2],
    [3, 1],
  ],
];

const transposes = [false, true].flatMap((a) => [false, true].map((b) => [a, b] as const));

const matrix = (batch: number[], rows: number, columns: number, transposed: boolean, key: string): Values =>
  normal([...batch, ...(transposed ? [columns, rows] : [rows, columns])], key);

const products: Case[] = batches.flatMap(([batchA, batchB]) =>
  transposes.map(([a, b]) => ({
    name: `[${batchA}] a${a ? 'ᵀ' : ''} by [${batchB}] b${b ? 'ᵀ' : ''}`,
    inputs: [matrix(batchA, 4, 5, a, 'a'), matrix(batchB, 5, 3, b, 'b')],
    run: (x?: tf.Tensor, y?: tf.Tensor) => tf.matMul(x!, y!, a, b),
    // With axes of 1 on both sides the cpu backend returns fewer values than the shape has.
    reference: (x?: tf.Tensor, y?: tf.Tensor) => {
      const batch = tf.backend_util.assertAndGetBroadcastShape(batchA, batchB);
      const whole = (tensor: tf.Tensor) => tf.broadcastTo(tensor, [...batch, ...tensor.shape.slice(-2)]);
      return tf.matMul(whole(x!), whole(y!), a, b);
    },
  })),
);

const fused = (name: string, options: Partial<Parameters<typeof tf.fused.matMul>[0]>, biasShape?: number[]): Case => ({
  name,
  inputs: [normal([2, 4, 5], 'a'), normal([2, 5, 3], 'b'), ...(biasShape ? [normal(biasShape, 'bias')] : [])],
  run: (a, b, bias) => tf.fused.matMul({ a: a as tf.Tensor3D, b: b as tf.Tensor3D, ...(bias && { bias }), ...options }),
});

export const productCases: Cases = {
  BatchMatMul: [
    ...products,
    // Sums of 300 products differ by the order of their terms.
    {
      name: 'long rows',
      inputs: [normal([65, 300], 'a', 0.3), normal([300, 33], 'b', 0.3)],
      run: (a, b) => tf.matMul(a!, b!),
    },
    { name: 'one element', inputs: [normal([1, 1], 'a'), normal([1, 1], 'b')], run: (a, b) => tf.matMul(a!, b!) },
    {
      name: 'special numbers',
      inputs: [withSpecial([40, 2], 'a'), normal([2, 3], 'b')],
      run: (a, b) => tf.matMul(a!, b!),
    },
    {
      name: 'no columns between',
      inputs: [normal([2, 0], 'a'), normal([0, 3], 'b')],
      run: (a, b) => tf.matMul(a!, b!),
      inJavaScript: empty,
    },
    {
      name: 'integers that become floats',
      inputs: [integers([1, 2, 3, 4], [2, 2]), normal([2, 2], 'b')],
      run: (a, b) => tf.matMul(a!, b!),
    },
  ],
  _FusedMatMul: [
    fused('alone', {}),
    {
      name: 'integers',
      inputs: [integers([1, 2, 3, 4], [2, 2]), integers([1, 2, 3, 4], [2, 2])],
      run: (a, b) => tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D }),
      inJavaScript: integersThere,
    },
    fused('with a bias', {}, [3]),
    fused('with a bias of one number', {}, [1]),
    fused('with a bias for each row', {}, [4, 1]),
    ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const).flatMap((activation) => [
      fused(activation, { activation }),
      fused(`${activation} with a bias`, { activation }, [3]),
    ]),
    fused('leakyrelu', { activation: 'leakyrelu', leakyreluAlpha: 0.3 }, [3]),
    {
      name: 'prelu',
      inputs: [normal([4, 5], 'a'), normal([5, 3], 'b'), normal([3], 'slope')],
      run: (a, b, preluActivationWeights) =>
        tf.fused.matMul({
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          activation: 'prelu',
          preluActivationWeights: preluActivationWeights!,
        }),
    },
    ...transposes.map(
      ([transposeA, transposeB]): Case => ({
        name: `transposed ${transposeA} ${transposeB}`,
        inputs: [matrix([2], 4, 5, transposeA, 'a'), matrix([2], 5, 3, transposeB, 'b'), normal([3], 'bias')],
        run: (a, b, bias) =>
          tf.fused.matMul({
            a: a as tf.Tensor3D,
            b: b as tf.Tensor3D,
            bias: bias!,
            transposeA,
            transposeB,
            activation: 'relu',
          }),
      }),
    ),
  ],
};
