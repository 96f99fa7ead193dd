import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import {
  balancedClassWeights,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  softCrossEntropy,
} from '../../src/train/index.js';
import { describeOnEveryBackend, tensorsLeft } from '../support/backends.js';

/** Single precision; the values are around 1. */
const DECIMALS = 6;

const logitRows = [
  [1, 2, -1],
  [0.5, -0.5, 3],
  [2, 0, 0],
  [-1, 1, 1],
];
const labels = [1, 0, 2, 1];
const weights = [0.5, 2, 3];

describeOnEveryBackend('cross-entropy with class weights equals that of torch', () => {
  // torch.nn.functional.cross_entropy(logits, labels, weight=weights, label_smoothing=…) of PyTorch 1.13, and its gradient.
  it.each([
    [
      0,
      1.3649485111236572,
      [0.069199063, -0.078564122, 0.009365075, -0.061746757, 0.001809935, 0.059936821],
      [0.314794421, 0.042602789, -0.357397258, 0.01690105, -0.141783878, 0.124882802],
    ],
    [
      0.1,
      1.391763687133789,
      [0.066400171, -0.062353879, -0.004046302, -0.055990327, -0.006596304, 0.062586635],
      [0.300330162, 0.032057118, -0.332387298, 0.014537982, -0.12504679, 0.110508755],
    ],
  ])('with a label smoothing of %f', async (smoothing, expected, ...gradient) => {
    const { value, grad } = tf.valueAndGrad((logits) =>
      crossEntropy(logits as tf.Tensor2D, tf.tensor1d(labels, 'int32'), smoothing, weights),
    )(tf.tensor2d(logitRows));
    expect((await value.data())[0]).toBeCloseTo(expected, DECIMALS);
    const entries = await grad.data();
    for (const [i, entry] of gradient.flat().entries()) expect(entries[i]).toBeCloseTo(entry, DECIMALS);
  });

  it('with soft labels', async () => {
    const targets = tf.tensor2d([0.7, 0.3, 0, 0, 1, 0, 0.2, 0.2, 0.6, 0, 0, 1], [4, 3]);
    const logits = tf.tensor2d(logitRows);
    // torch.nn.functional.cross_entropy(logits, targets, weight=weights), and without weights.
    expect((await softCrossEntropy(logits, targets, weights).data())[0]).toBeCloseTo(3.780303478, DECIMALS);
    expect((await softCrossEntropy(logits, targets).data())[0]).toBeCloseTo(1.813398719, DECIMALS);
  });
});

describe('losses', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('stay finite for large logits', () => {
    const logits = tf.tensor2d([[1000, -1000]]);
    expect(crossEntropy(logits, tf.tensor1d([1], 'int32')).dataSync()[0]).toBeCloseTo(2000);
    expect(binaryCrossEntropyWithLogits(logits, tf.tensor2d([[0, 1]])).dataSync()[0]).toBeCloseTo(1000);
  });

  it('do not change with weights that are all the same', () => {
    const [logits, y] = [tf.tensor2d(logitRows), tf.tensor1d(labels, 'int32')];
    const plain = crossEntropy(logits, y).dataSync()[0]!;
    expect(crossEntropy(logits, y, 0, [7, 7, 7]).dataSync()[0]).toBeCloseTo(plain, DECIMALS);
  });

  it('refuse weights that are not one of 0 or more a class', () => {
    const [logits, y] = [tf.tensor2d(logitRows), tf.tensor1d(labels, 'int32')];
    for (const bad of [
      [1, 2],
      [1, -1, 1],
      [1, Number.NaN, 1],
    ])
      expect(() => crossEntropy(logits, y, 0, bad)).toThrow('Expected a weight of 0 or more for each of 3 classes');
  });

  it('leave one scalar', async () => {
    const [logits, y] = [tf.tensor2d(logitRows), tf.tensor1d(labels, 'int32')];
    expect(await tensorsLeft(() => crossEntropy(logits, y, 0.1, weights))).toBe(1);
  });
});

describe('balanced class weights', () => {
  it("are scikit-learn's", () => {
    // sklearn.utils.class_weight.compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 1, 1, 2])
    const weights = balancedClassWeights([0, 0, 0, 1, 1, 2], 3);
    for (const [i, expected] of [2 / 3, 1, 2].entries()) expect(weights[i]).toBeCloseTo(expected, 12);
  });

  it('refuse a class without examples, and a label that is no class', () => {
    expect(() => balancedClassWeights([0, 2], 3)).toThrow('Class 1 has no example');
    expect(() => balancedClassWeights([0, 3], 3)).toThrow('Expected classes from 0 to 2, got 3.');
    expect(() => balancedClassWeights([0, 0.5], 2)).toThrow('got 0.5');
  });
});
