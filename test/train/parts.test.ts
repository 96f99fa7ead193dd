import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { clipByGlobalNorm, globalNorm } from '../../src/train/gradients.js';
import { adamW, binaryCrossEntropyWithLogits, crossEntropy, learningRateSchedule } from '../../src/train/index.js';

beforeAll(async () => void (await useBackend('cpu')));

describe('a learning-rate schedule', () => {
  const plan = { totalSteps: 10, warmupSteps: 2 };
  it.each([
    ['linear', [0, 0.5, 1, 0.875, 0.125, 0]],
    ['cosine', [0, 0.5, 1, 0.5 * (1 + Math.cos(Math.PI / 8)), 0.5 * (1 + Math.cos((7 * Math.PI) / 8)), 0]],
    ['constant_with_warmup', [0, 0.5, 1, 1, 1, 1]],
    ['constant', [1, 1, 1, 1, 1, 1]],
  ] as const)('%s warms up and decays as in transformers', (type, expected) => {
    const schedule = learningRateSchedule(type, plan);
    for (const [i, step] of [0, 1, 2, 3, 9, 10].entries()) expect(schedule(step)).toBeCloseTo(expected[i]!, 12);
  });
});

describe('losses', () => {
  it('stay finite for large logits', () => {
    const logits = tf.tensor2d([[1000, -1000]]);
    expect(crossEntropy(logits, tf.tensor1d([1], 'int32')).dataSync()[0]).toBeCloseTo(2000);
    expect(binaryCrossEntropyWithLogits(logits, tf.tensor2d([[0, 1]])).dataSync()[0]).toBeCloseTo(1000);
  });
});

describe('gradient clipping', () => {
  const gradients = () =>
    new Map([
      ['a', tf.tensor1d([3, 0])],
      ['b', tf.tensor1d([4])],
    ]);

  it('scales all gradients to the largest norm allowed', () => {
    expect(globalNorm(gradients()).dataSync()[0]).toBeCloseTo(5);
    const clipped = clipByGlobalNorm(gradients(), 5, 1);
    expect(clipped.get('a')!.dataSync()[0]).toBeCloseTo(0.6, 5);
    expect(clipped.get('b')!.dataSync()[0]).toBeCloseTo(0.8, 5);
  });

  it('leaves smaller gradients as they are', () => {
    const given = gradients();
    expect(clipByGlobalNorm(given, 5, 10)).toBe(given);
  });
});

describe('AdamW', () => {
  it('moves by the learning rate at first, against the sign of the gradient, and decays weights only', () => {
    const parameters = new Map([
      ['dense.weight', tf.variable(tf.tensor1d([1, -1]))],
      ['dense.bias', tf.variable(tf.tensor1d([1]))],
    ]);
    const gradients = new Map([
      ['dense.weight', tf.tensor1d([0.3, 5])],
      ['dense.bias', tf.tensor1d([-2])],
    ]);
    const optimizer = adamW({ weightDecay: 0.1 });
    optimizer.step(parameters, gradients, 0.01);
    const decayed = 1 - 0.01 * 0.1;
    expect(parameters.get('dense.weight')!.dataSync()[0]).toBeCloseTo(decayed - 0.01, 6);
    expect(parameters.get('dense.weight')!.dataSync()[1]).toBeCloseTo(-decayed - 0.01, 6);
    expect(parameters.get('dense.bias')!.dataSync()[0]).toBeCloseTo(1.01, 6);
    expect(optimizer.state.steps).toBe(1);
    expect([...optimizer.state.tensors.keys()].sort()).toEqual([
      'moment1.dense.bias',
      'moment1.dense.weight',
      'moment2.dense.bias',
      'moment2.dense.weight',
    ]);
    optimizer.dispose();
  });
});
