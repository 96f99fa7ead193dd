import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { attention, layerNorm } from '../../../src/ops/index.js';
import { tensorsLeft } from '../../support/backends.js';
import { hasAdapter, NO_ADAPTER, ONLY_WHEN_ASKED, runsAllOnWebgpu } from '../../support/softwareGpu.js';
import { attentionCases } from '../cases/attention.js';
import { transformerCases } from '../cases/transformer.js';
import { type Case, differences, normal, resultsOn, type Values } from '../parity.js';

const found = await hasAdapter();

const { AstAdamW, AstGelu, AstGeluGrad, AstLayerNorm, AstLayerNormGrad, AstLinear } = transformerCases;
const cases: Record<string, readonly Case[]> = {
  AstAdamW: AstAdamW!,
  AstAttention: attentionCases,
  AstGelu: AstGelu!,
  AstGeluGrad: AstGeluGrad!,
  AstLayerNorm: [...AstLayerNorm!, rowsOf(65_537), rowsOf(0)],
  AstLayerNormGrad: AstLayerNormGrad!,
  AstLinear: AstLinear!,
};

/** More rows than an adapter takes workgroups along one axis, or none. */
function rowsOf(count: number): Case {
  const inputs = [normal([count, 4], 'x'), normal([4], 'w'), normal([4], 'b')];
  return { name: `${count} rows`, inputs, run: (x, w, b) => layerNorm(x!, w!, b!, 1e-5) };
}

const tensorOf = ({ values, shape }: Values): tf.Tensor => tf.tensor(values.slice(), [...shape]);
const dAttention = (heads: number) =>
  tf.grads((query: tf.Tensor, key: tf.Tensor, value: tf.Tensor) =>
    tf.sum(tf.square(attention(query, key, value, heads))),
  );

const why = found ? !runsAllOnWebgpu && ONLY_WHEN_ASKED : NO_ADAPTER;

describe.skipIf(why)(`kernels of WebGPU${why ? ` (skipped: ${why})` : ''}`, () => {
  beforeAll(async () => {
    await useBackend('cpu');
    await useBackend('webgpu');
  });

  describe.each(Object.entries(cases))('%s', (_, itsCases) => {
    it.each(itsCases.map((one) => [one.name, one] as const))('is that of TensorFlow.js: %s', async (_, one) => {
      const expected = await resultsOn('cpu', one.inputs, one.reference ?? one.run);
      const actual = await resultsOn('webgpu', one.inputs, one.run);
      expect(differences(actual, expected, one)).toEqual([]);
    });
  });

  describe('attention', () => {
    const [heads, tokens, width] = [3, 65, 12];
    const inputs = ['q', 'k', 'v'].map((key) => normal([1, tokens, width], key));
    beforeAll(() => useBackend('webgpu').then(() => undefined));

    it('makes no buffer of tokens by tokens, forward or backward', async () => {
      const { bufferManager } = tf.backend() as WebGPUBackend;
      const acquire = vi.spyOn(bufferManager, 'acquireBuffer');
      const tensors = inputs.map(tensorOf);
      const gradients = dAttention(heads)(tensors as [tf.Tensor, tf.Tensor, tf.Tensor]);
      await gradients[0]!.data();
      const sizes = acquire.mock.calls.map(([size]) => size);
      acquire.mockRestore();
      tf.dispose([...tensors, ...gradients]);
      expect(Math.max(...sizes)).toBe(4 * tokens * width);
    });

    it('gives the same numbers to the last bit each time, and leaves no tensor', async () => {
      const run = async () => {
        const tensors = inputs.map(tensorOf);
        const gradients = dAttention(heads)(tensors as [tf.Tensor, tf.Tensor, tf.Tensor]);
        const values = await Promise.all(gradients.map((gradient) => gradient.data()));
        tf.dispose([...tensors, ...gradients]);
        return values;
      };
      const first = await run();
      const before = (tf.backend() as WebGPUBackend).numDataIds();
      expect(await tensorsLeft(async () => expect(await run()).toEqual(first))).toBe(0);
      expect((tf.backend() as WebGPUBackend).numDataIds()).toBe(before);
    });

    it('refuses heads that do not fit in the memory of a workgroup', () => {
      expect(() =>
        tf.tidy(() => attention(tf.ones([1, 2, 320]), tf.ones([1, 2, 320]), tf.ones([1, 2, 320]), 1)),
      ).toThrow('Attention on WebGPU takes heads of at most 256 numbers, got 320 (1 heads of 320).');
    });
  });
});
