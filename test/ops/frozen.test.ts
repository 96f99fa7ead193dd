import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { add, linear, noGrad } from '../../src/ops/index.js';
import { describeOnEveryBackend, tensorsLeft } from '../support/backends.js';

const x = (): tf.Tensor => tf.tensor([1, 2, 3, 4, 5, 6], [1, 2, 3]);
const weight = (trainable: boolean) => tf.variable(tf.tensor2d([1, -2, 3, 0.5, 0, 1], [2, 3]), trainable);

describeOnEveryBackend('what is not trained', () => {
  it('gives the gradients of the rest, though linear keeps nothing for its own', async () => {
    const gradients = async (trainable: boolean) => {
      const [w, bias, input] = [weight(trainable), tf.variable(tf.tensor1d([1, 2])), tf.variable(x())];
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(linear(input, w, bias))) as tf.Scalar, [input, bias]);
      return Promise.all([input, bias].map(({ name }) => grads[name]!.array()));
    };
    expect(await gradients(false)).toEqual(await gradients(true));
  });

  it('keeps no input of a linear layer whose weight is frozen', () => {
    const kept = (trainable: boolean): number => {
      const w = weight(trainable);
      const input = tf.variable(x());
      let before = 0;
      let after = 0;
      tf.variableGrads(() => {
        before = tf.memory().numTensors;
        const y = linear(input, w);
        after = tf.memory().numTensors;
        return tf.sum(y);
      }, [input]);
      return after - before;
    };
    expect(kept(false)).toBe(kept(true) - 1);
  });

  it('adds with the gradient of both sides, keeping neither, and leaves no tensor', async () => {
    const [a, b] = [tf.variable(x()), tf.variable(tf.mul(x(), 2))];
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(add(a, add(b, b)))) as tf.Scalar, [a, b]);
    // y = a + 2 b = 5 x: dy/da = 2 y, dy/db = 4 y.
    expect((await value.data())[0]).toBeCloseTo(25 * 91, 3);
    expect([...(await grads[a.name]!.data())]).toEqual([10, 20, 30, 40, 50, 60]);
    expect([...(await grads[b.name]!.data())]).toEqual([20, 40, 60, 80, 100, 120]);
    const step = () =>
      tf.tidy(() => void tf.variableGrads(() => tf.sum(tf.square(add(a, add(b, b)))) as tf.Scalar, [a, b]));
    expect(await tensorsLeft(step)).toBe(0);
  });
});

describe('noGrad', () => {
  beforeAll(() => useBackend('cpu').then(() => undefined));

  it('hides what it computes from the backward pass', () => {
    const a = tf.variable(tf.scalar(3));
    const { grads } = tf.variableGrads(
      () =>
        tf.mul(
          noGrad(() => tf.square(a)),
          a,
        ) as tf.Scalar,
      [a],
    );
    expect(grads[a.name]!.dataSync()[0]).toBe(9);
  });

  it('records again after an error', () => {
    const a = tf.variable(tf.scalar(3));
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => noGrad(fail)).toThrow('no');
    const { grads } = tf.variableGrads(() => tf.square(a) as tf.Scalar, [a]);
    expect(grads[a.name]!.dataSync()[0]).toBe(6);
  });
});
