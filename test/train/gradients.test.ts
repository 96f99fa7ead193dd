import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { clipByGlobalNorm, globalNorm } from '../../src/train/gradients.js';

beforeAll(async () => void (await useBackend('cpu')));

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
