import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import type { OnnxruntimeBackend } from '../../src/backends/onnxruntime/backend.js';
import { BackendError } from '../../src/errors.js';
import { linear } from '../../src/ops/index.js';
import { valueAndGradients } from '../../src/train/gradients.js';
import { adamW } from '../../src/train/index.js';
import { tinyModel } from '../support/tinyModel.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const backend = () => tf.backend() as OnnxruntimeBackend;
const mebibytes = (bytes: number) => bytes / 2 ** 20;

beforeEach(async () => {
  await useBackend('onnxruntime', { smallTensor: 0 });
});

describe('memory of the onnxruntime backend', () => {
  it('does not grow over 1,000 training steps', async () => {
    const model = tinyModel({ hiddenSize: 32, intermediateSize: 64 });
    const optimizer = adamW();
    const step = (batch: number) =>
      tf.tidy(() => {
        const { gradients } = valueAndGradients(model.parameters(), () => {
          const { logits } = model.forward(tf.ones([batch, 24, 16]) as tf.Tensor3D);
          return tf.neg(tf.mean(tf.slice(tf.logSoftmax(logits), [0, 0], [-1, 1])));
        });
        optimizer.step(model.parameters(), gradients, 1e-4);
      });
    const state = () => {
      collectGarbage();
      const { numTensors, numDataBuffers, numBytes, unreliable } = tf.memory();
      const tensors = { numTensors, numDataBuffers, numBytes, unreliable, ids: backend().numDataIds() };
      return { tensors, pool: backend().pool.freeBytes, process: process.memoryUsage() };
    };
    for (let i = 0; i < 200; i++) step(1 + (i % 4)); // batches of several sizes, as the last of an epoch is
    const early = state();
    for (let i = 0; i < 800; i++) step(1 + (i % 4));
    const late = state();
    expect(late.tensors).toEqual(early.tensors);
    expect(late.tensors.unreliable).toBe(false);
    expect(late.pool).toBe(early.pool);
    const growth = (of: keyof NodeJS.MemoryUsage) => mebibytes(late.process[of] - early.process[of]);
    expect(growth('heapUsed')).toBeLessThan(3);
    expect(growth('arrayBuffers')).toBeLessThan(5);
    // 800 steps call 300,000 kernels: a lost kilobyte in each were 300 MiB. Node itself moves by some 60.
    expect(growth('rss')).toBeLessThan(120);
    model.dispose();
    optimizer.dispose();
  });

  it('stays in what the pool may keep', async () => {
    tf.removeBackend('onnxruntime');
    await useBackend('onnxruntime', { smallTensor: 0, poolBytes: 10_000 });
    for (let side = 1; side <= 40; side++) tf.exp(tf.zeros([side, side])).dispose();
    expect(backend().pool.freeBytes).toBeLessThanOrEqual(10_000);
    expect(backend().pool.freeBytes).toBeGreaterThan(5_000);
    tf.removeBackend('onnxruntime');
  });

  it('keeps what was read out, when the tensor is long disposed', async () => {
    const read = async (way: 'dataSync' | 'data') => {
      const tensor = tf.exp(tf.zeros([64]));
      const values = await tensor[way]();
      tensor.dispose();
      tf.dispose([1, 2, 3].map((value) => tf.add(tf.zeros([64]), value)));
      return Array.from(values);
    };
    expect(await read('dataSync')).toEqual(Array(64).fill(1));
    expect(await read('data')).toEqual(Array(64).fill(1));
  });

  it('keeps tensors that move to another backend', async () => {
    const tensor = tf.exp(tf.zeros([64]));
    await useBackend('cpu');
    const moved = tf.add(tensor, 0);
    await tf.setBackend('onnxruntime');
    tf.dispose([1, 2, 3].map((value) => tf.add(tf.zeros([64]), value)));
    expect(Array.from(tensor.dataSync())).toEqual(Array(64).fill(1));
    tf.dispose([tensor, moved]);
  });

  it('is released when the backend is removed, which can be loaded again with other settings', async () => {
    const warn = vi.spyOn(console, 'warn');
    tf.exp(tf.zeros([1000])).dispose();
    const { pool } = backend();
    expect(pool.freeBytes).toBeGreaterThan(0);
    tf.removeBackend('onnxruntime');
    expect(pool.freeBytes).toBe(0);
    await useBackend('onnxruntime', { smallTensor: 1, threads: 1 });
    expect(backend().options).toMatchObject({ smallTensor: 1, threads: 1 });
    expect(tf.exp(tf.zeros([2])).dataSync()).toEqual(Float32Array.of(1, 1));
    expect(warn).not.toHaveBeenCalled();
    tf.removeBackend('onnxruntime');
  });
});

describe('a tensor that there is no memory for', () => {
  const state = () => ({ ...tf.memory(), ids: backend().numDataIds() });
  let before: ReturnType<typeof state>;
  beforeEach(() => {
    before = state();
  });
  afterEach(() => {
    expect(state()).toEqual(before);
    expect(tf.tidy(() => tf.sum(tf.exp(tf.zeros([10]))).arraySync())).toBe(10);
  });

  it('gives an error that names its shape', () => {
    const side = 2 ** 21; // 16 TiB
    const product = () => tf.tidy(() => tf.matMul(tf.zeros([side, 1]), tf.zeros([1, side])));
    expect(product).toThrow(BackendError);
    expect(product).toThrow(`no memory for a tensor of shape [${side}, ${side}] (16777216 MiB in one array)`);
    expect(() => tf.tidy(() => tf.add(tf.zeros([side, 1]), tf.zeros([1, side])))).toThrow(`[${side}, ${side}]`);
  });

  it('gives one that names what is known, where JavaScript computes', () => {
    const fill = () => tf.fill([2 ** 42], 1);
    expect(fill).toThrow(BackendError);
    expect(fill).toThrow('no memory for the result of Fill: result [4398046511104]');
    const oneHot = () => tf.tidy(() => tf.oneHot(tf.zeros([2 ** 20], 'int32'), 2 ** 22));
    expect(oneHot).toThrow('no memory for the result of OneHot: indices [1048576]');
  });

  it('and shapes that do not fit give one that names them, and free what was allocated', () => {
    const wrong = () => tf.tidy(() => linear(tf.zeros([2, 3]), tf.zeros([4, 5])));
    expect(wrong).toThrow(BackendError);
    expect(wrong).toThrow('ONNX Runtime cannot compute AstLinear of x [2, 3], weight [4, 5]');
  });
});
