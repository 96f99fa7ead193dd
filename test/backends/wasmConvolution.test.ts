import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type BackendName, useBackend } from '../../src/backends/index.js';
import '../../src/ops/index.js'; // brings TensorFlow.js' gradients
import { relativeError } from '../support/golden.js';

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

/** The gradient of the sum of a convolution's squares by its filter. */
async function filterGradient(backend: BackendName, strides: [number, number], pad: Pad): Promise<Float32Array> {
  await useBackend(backend);
  return tf.tidy(() => {
    const values = (shape: number[], factor: number) =>
      tf.reshape(tf.sin(tf.mul(tf.range(0, tf.util.sizeFromShape(shape)), factor)), shape);
    const x = values([2, 7, 9, 3], 0.7) as tf.Tensor4D;
    const gradient = tf.grad((filter: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(x, filter as tf.Tensor4D, strides, pad))),
    );
    // TensorFlow.js takes the output's width for that of a square filter where the padding is a number.
    const filterWidth = typeof pad === 'number' ? 3 : 2;
    return gradient(values([3, filterWidth, 3, 5], 1.3)).dataSync() as Float32Array;
  });
}

describe('the gradient of a filter on wasm', () => {
  it.each([
    [[1, 1], 'same'],
    [[1, 1], 'valid'],
    [[2, 1], 'same'],
    [[2, 3], 'valid'],
    [[1, 1], 1],
    [
      [2, 2],
      [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ],
    ],
  ] as [[number, number], Pad][])('is that of the cpu backend with strides %j and padding %j', async (strides, pad) => {
    const expected = await filterGradient('cpu', strides, pad);
    const before = tf.memory().numTensors;
    expect(relativeError(await filterGradient('wasm', strides, pad), expected)).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(before);
  });
});
