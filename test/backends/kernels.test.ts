import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import type { OnnxruntimeBackend } from '../../src/backends/onnxruntime/backend.js';
import { kernels } from '../../src/backends/onnxruntime/index.js';
import { elementwiseCases } from './cases/elementwise.js';
import { imageCases } from './cases/images.js';
import { productCases } from './cases/products.js';
import { reductionCases } from './cases/reductions.js';
import { shapeCases } from './cases/shapes.js';
import { transformerCases } from './cases/transformer.js';
import { type Cases, differences, empty, integersThere, KernelRecord, resultsOn } from './parity.js';

const cases: Cases = {
  ...elementwiseCases,
  ...reductionCases,
  ...shapeCases,
  ...productCases,
  ...imageCases,
  ...transformerCases,
};

let record: KernelRecord;

beforeAll(async () => {
  // No tensor is too small, so that ONNX Runtime really computes.
  await useBackend('cpu');
  await useBackend('onnxruntime', { smallTensor: 0 });
  record = new KernelRecord(tf.backend() as OnnxruntimeBackend);
});

describe.each(Object.entries(cases))('%s of ONNX Runtime', (kernel, itsCases) => {
  beforeEach(() => record.restart());

  it.each(itsCases.map((one) => [one.name, one] as const))('is that of TensorFlow.js: %s', async (_, one) => {
    const expected = await resultsOn('cpu', one.inputs, one.reference ?? one.run);
    const actual = await resultsOn('onnxruntime', one.inputs, one.run);
    expect(differences(actual, expected, one)).toEqual([]);
    expect(record.calls.get(kernel) ?? 0).toBeGreaterThan(0);
    expect(record.operators.has(kernel)).toBe(one.inJavaScript === undefined);
  });
});

it.each([
  ['tensors that do not fit end to end', () => tf.concat([tf.zeros([2, 3]), tf.zeros([3, 4])], 0)],
  ['stacks of tensors of several shapes', () => tf.stack([tf.zeros([2, 3]), tf.zeros([2, 2])])],
  ['parts that are not the whole', () => tf.split(tf.zeros([4]), [1, 1])],
  ['indices out of range', () => tf.gather(tf.zeros([3]), [5])],
  ['slices out of range', () => tf.slice(tf.zeros([3]), [1], [5])],
  ['shapes that do not broadcast', () => tf.add(tf.zeros([3]), tf.zeros([2]))],
  ['products of matrices that do not fit', () => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3]))],
])('refuses %s in the words of TensorFlow.js', async (_, run) => {
  const messages: string[] = [];
  for (const backend of ['cpu', 'onnxruntime']) {
    await tf.setBackend(backend);
    try {
      tf.tidy(() => void run());
    } catch (error) {
      messages.push((error as Error).message);
    }
  }
  expect(messages).toEqual([messages[0], messages[0]]);
});

it('every kernel has cases', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(kernels).sort());
});

it('docs/backends.md tells the operators of every kernel, and what is left to JavaScript', () => {
  const rows = Object.keys(cases)
    .sort()
    .map((kernel) => {
      const reasons = new Set(
        cases[kernel]!.map(({ inJavaScript }) => inJavaScript).filter((reason) => reason !== undefined),
      );
      for (const everywhere of [empty, integersThere]) reasons.delete(everywhere);
      const operators = [...(record.allOperators.get(kernel) ?? [])].sort();
      return `| \`${kernel}\` | ${operators.join(', ')} | ${[...reasons].join('; ')} |`;
    });
  const documented = readFileSync('docs/backends.md', 'utf8').split('\n');
  expect(documented.filter((line) => /^\| `[A-Z_]/.test(line))).toEqual(rows);
});
