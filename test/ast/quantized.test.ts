import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { BackendError } from '../../src/errors.js';
import { quantizedLinear, quantizeWeight, WEIGHT_ZERO } from '../../src/ops/index.js';
import { tensorsLeft } from '../support/backends.js';
import { relativeError } from '../support/golden.js';
import { tinyConfig, tinyModel } from '../support/tinyModel.js';

let directory: string;
const load = () => ASTForAudioClassification.fromPretrained(directory, { dtype: 'int8' });
const input = (batch: number): tf.Tensor3D =>
  tf.randomNormal([batch, tinyConfig.maxLength, tinyConfig.numMelBins], 0, 1, 'float32', 5);

beforeAll(async () => {
  await useBackend('onnxruntime');
  directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
  await tinyModel({ hiddenSize: 32, intermediateSize: 64, initializerRange: 0.2 }).savePretrained(directory);
});

describe('int8 weights', () => {
  it('are within half a step of the weights, a step being the largest of an output / 127', () => {
    const weight = Float32Array.from({ length: 8 * 3 }, (_, i) => Math.sin(i) * (i < 3 ? 10 : 1)); // [8, 3]
    const { packed, scale } = quantizeWeight(weight, 8, 3);
    const values = new Uint8Array(packed.buffer); // [3, 8]
    for (let out = 0; out < 8; out++)
      for (let i = 0; i < 3; i++)
        expect(Math.abs((values[i * 8 + out]! - WEIGHT_ZERO) * scale[out]! - weight[out * 3 + i]!)).toBeLessThanOrEqual(
          0.5 * scale[out]! + 1e-7,
        );
  });

  it('are multiplied exactly where products are as large as they get, on every processor', () => {
    const [out, input] = [8, 64];
    const { packed, scale } = quantizeWeight(new Float32Array(out * input).fill(1), out, input);
    const y = quantizedLinear(tf.ones([3, input]), tf.tensor(packed, [input, out / 4], 'int32'), tf.tensor(scale));
    for (const value of y.dataSync()) expect(value).toBeCloseTo(input, 3);
  });

  it('change logits by a few percent of the largest', async () => {
    const [exact, rounded] = [await ASTForAudioClassification.fromPretrained(directory), await load()];
    const x = input(4);
    const error = relativeError(rounded.forward(x).logits.dataSync(), exact.forward(x).logits.dataSync());
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.05);
  });

  it('give the same in one kernel a block as in single operations', async () => {
    const model = await load();
    const single = model.forward(input(3), { outputAttentions: true }); // which only single operations can give
    const error = relativeError(model.forward(input(3)).logits.dataSync(), single.logits.dataSync());
    expect(error).toBeLessThan(1e-5);
  });

  it('give a clip the same whatever stands beside it in the batch', async () => {
    const model = await load();
    const x = input(3);
    const together = model.forward(x).logits.arraySync();
    const alone = model.forward(tf.slice(x, [1, 0, 0], [1, -1, -1])).logits.arraySync();
    expect(relativeError(alone[0]!, together[1]!)).toBeLessThan(1e-6);
  });

  it('leave no tensor behind', async () => {
    expect(await tensorsLeft(async () => (await load()).dispose())).toBe(0);
    const model = await load();
    expect(await tensorsLeft(() => model.forward(input(1)).logits.dispose())).toBe(1); // the input
  });

  it('cannot be trained or saved', async () => {
    const model = await load();
    expect(() => model.forward(input(1), { training: true })).toThrow("dtype: 'int8' is for inference only");
    await expect(model.savePretrained(directory)).rejects.toThrow('cannot be saved');
    expect([...model.parameters().values()].some(({ trainable }) => trainable)).toBe(false);
  });

  it('are refused, before a file is read, on a backend that cannot multiply them', async () => {
    await useBackend('cpu');
    const loading = ASTForAudioClassification.fromPretrained('nowhere', { dtype: 'int8' });
    await expect(loading).rejects.toBeInstanceOf(BackendError);
    await expect(loading).rejects.toThrow("'cpu' has none. Call await useBackend('onnxruntime') first");
    await useBackend('onnxruntime');
  });
});
