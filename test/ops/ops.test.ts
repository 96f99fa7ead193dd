import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { attend, attention, attentionProbabilities, gelu, layerNorm, linear, matMul } from '../../src/ops/index.js';
import { createRandom } from '../../src/random.js';
import { describeOnEveryBackend, tensorsLeft } from '../support/backends.js';
import { relativeError } from '../support/golden.js';

function randomTensor(shape: number[], key: string): tf.Tensor {
  const random = createRandom([1, key]);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
    shape,
  );
}

/** Largest relative error of the gradient of Σ w·f(inputs) against central differences, over all inputs. */
async function gradientError(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): Promise<number> {
  const weights = randomTensor(f(...inputs).shape, 'weights');
  const objective = (...x: tf.Tensor[]) => tf.sum(tf.mul(weights, f(...x)));
  const gradients = tf.grads(objective)(inputs);
  const h = 1e-2;
  const errors = inputs.map(async (input, which) => {
    const values = await input.data();
    const at = async (i: number, delta: number): Promise<number> => {
      const moved = Float32Array.from(values);
      moved[i]! += delta;
      const value = tf.tidy(() => objective(...inputs.map((x, j) => (j === which ? tf.tensor(moved, x.shape) : x))));
      return (await value.data())[0]!;
    };
    const slopes = Array.from(values, async (_, i) => ((await at(i, h)) - (await at(i, -h))) / (2 * h));
    const numeric = await Promise.all(slopes);
    return relativeError(await gradients[which]!.data(), numeric);
  });
  return Math.max(...(await Promise.all(errors)));
}

describeOnEveryBackend('operations', () => {
  it('linear is x·Wᵀ + b over the last axis of any rank', async () => {
    const [x, weight, bias] = [randomTensor([2, 3, 4], 'x'), randomTensor([5, 4], 'w'), randomTensor([5], 'b')];
    const expected = tf.add(tf.matMul(tf.reshape(x, [6, 4]), weight, false, true), bias);
    const y = linear(x, weight, bias);
    expect(y.shape).toEqual([2, 3, 5]);
    expect(relativeError(await y.data(), await expected.data())).toBeLessThan(1e-5);
    expect(relativeError(await linear(x, weight).data(), await tf.sub(expected, bias).data())).toBeLessThan(1e-5);
  });

  it('matMul multiplies matrices and batches, transposed or not', async () => {
    const a = { plain: randomTensor([2, 3, 4], 'a'), transposed: randomTensor([2, 4, 3], 'a') };
    const b = { plain: randomTensor([2, 4, 5], 'b'), transposed: randomTensor([2, 5, 4], 'b') };
    for (const transposeA of [false, true])
      for (const transposeB of [false, true]) {
        const left = (transposeA ? a.transposed : a.plain) as tf.Tensor3D;
        const right = (transposeB ? b.transposed : b.plain) as tf.Tensor3D;
        const expected = tf.matMul(left, right, transposeA, transposeB);
        expect(
          relativeError(await matMul(left, right, transposeA, transposeB).data(), await expected.data()),
        ).toBeLessThan(1e-5);
        const [left2, right2] = [tf.unstack(left)[1]!, tf.unstack(right)[1]!] as [tf.Tensor2D, tf.Tensor2D];
        const expected2 = tf.unstack(expected)[1]!;
        expect(
          relativeError(await matMul(left2, right2, transposeA, transposeB).data(), await expected2.data()),
        ).toBeLessThan(1e-5);
      }
  });

  it('layerNorm has mean 0 and variance 1 before scale and shift', async () => {
    const y = layerNorm(randomTensor([3, 50], 'x'), tf.ones([50]), tf.zeros([50]), 1e-12);
    const { mean, variance } = tf.moments(y, -1);
    for (const m of await mean.data()) expect(m).toBeCloseTo(0, 5);
    for (const deviation of await variance.data()) expect(deviation).toBeCloseTo(1, 4);
  });

  it('gelu gives the published values', async () => {
    // x Φ(x) with Φ from tables of the normal distribution.
    const y = await gelu(tf.tensor1d([-3, -1, 0, 0.5, 1, 3])).data();
    const expected = [-0.0040496, -0.1586553, 0, 0.3457312, 0.8413447, 2.9959503];
    for (const [i, value] of expected.entries()) expect(y[i]).toBeCloseTo(value, 5);
  });

  it('attention weighs values with softmax(q·kᵀ/√dim) in every head', async () => {
    const [query, key, value] = ['q', 'k', 'v'].map((name) => randomTensor([2, 5, 6], name)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const y = (await attention(query, key, value, 2).array()) as number[][][];
    const [q, k, v] = (await Promise.all([query, key, value].map((x) => x.array()))) as [
      number[][][],
      number[][][],
      number[][][],
    ];
    for (let batch = 0; batch < 2; batch++)
      for (let head = 0; head < 2; head++)
        for (let token = 0; token < 5; token++) {
          const dims = [0, 1, 2].map((d) => head * 3 + d);
          const scores = k[batch]!.map(
            (other) => dims.reduce((sum, d) => sum + q[batch]![token]![d]! * other[d]!, 0) / Math.sqrt(3),
          );
          const exponentials = scores.map(Math.exp);
          const total = exponentials.reduce((a, b) => a + b);
          for (const d of dims) {
            const expected = exponentials.reduce((sum, e, other) => sum + (e / total) * v[batch]![other]![d]!, 0);
            expect(y[batch]![token]![d]).toBeCloseTo(expected, 5);
          }
        }
  });

  it('attention is its probabilities applied to the values', async () => {
    const [query, key, value] = ['q', 'k', 'v'].map((name) => randomTensor([2, 5, 6], name)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const probabilities = attentionProbabilities(query, key, 3);
    expect(probabilities.shape).toEqual([2, 3, 5, 5]);
    const rowSums = await tf.sum(probabilities, -1).data();
    for (const sum of rowSums) expect(sum).toBeCloseTo(1, 5);
    expect(
      relativeError(await attend(probabilities, value, 3).data(), await attention(query, key, value, 3).data()),
    ).toBeLessThan(1e-5);
  });

  // Central differences in float32 are good to about 1e-3.
  it.each([
    [
      'linear',
      () => gradientError(linear, [randomTensor([2, 3, 4], 'x'), randomTensor([5, 4], 'w'), randomTensor([5], 'b')]),
    ],
    [
      'layerNorm',
      () =>
        gradientError(
          (x, w, b) => layerNorm(x!, w!, b!, 1e-5),
          [randomTensor([2, 3, 8], 'x'), randomTensor([8], 'w'), randomTensor([8], 'b')],
        ),
    ],
    ['gelu', () => gradientError(gelu, [randomTensor([4, 3], 'x')])],
    [
      'attention',
      () =>
        gradientError(
          (q, k, v) => attention(q!, k!, v!, 2),
          ['q', 'k', 'v'].map((name) => randomTensor([2, 3, 4], name)),
        ),
    ],
  ])('the gradient of %s is that of central differences', async (_, error) => {
    expect(await error()).toBeLessThan(3e-3);
  });

  it('computes no gradient that nobody asks for', async () => {
    const [x, weight] = [randomTensor([3, 4], 'x'), randomTensor([5, 4], 'w')];
    const products = async (f: () => tf.Tensor | tf.Tensor[]): Promise<number> => {
      const { kernels } = await tf.profile(f as () => tf.TensorContainer);
      return kernels.filter(({ name }) => name === 'BatchMatMul').length;
    };
    const lossOf = (a: tf.Tensor, w: tf.Tensor) => tf.sum(linear(a, w));
    const both = await products(() => tf.grads(lossOf)([x, weight]));
    const inputOnly = await products(() => tf.grad((a: tf.Tensor) => lossOf(a, weight))(x));
    expect(inputOnly).toBe(both - 1);
  });

  it('leaves no tensor behind, forward or backward', async () => {
    const inputs = [randomTensor([2, 3, 8], 'x'), randomTensor([8], 'w'), randomTensor([8], 'b')];
    const [x, w, b] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    expect(await tensorsLeft(() => layerNorm(x, w, b, 1e-5).dispose())).toBe(0);
    expect(await tensorsLeft(() => attention(x, x, x, 2).dispose())).toBe(0);
    expect(
      await tensorsLeft(() => {
        const f = (a: tf.Tensor) =>
          tf.sum(gelu(attention(layerNorm(a, w, b, 1e-5), a, linear(a, randomTensor([8, 8], 'l')), 2)));
        tf.dispose(tf.grad(f)(x));
      }),
    ).toBe(0);
  });
});
