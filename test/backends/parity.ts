/** One computation on the cpu backend and on another, side by side. */
import * as tf from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../../src/backends/onnxruntime/backend.js';
import { kernels } from '../../src/backends/onnxruntime/index.js';
import { createRandom, type Random } from '../../src/random.js';

/** A tensor as data, so that each backend makes its own. */
export interface Values {
  values: Float32Array | Int32Array | Uint8Array;
  shape: readonly number[];
  dtype: 'float32' | 'int32' | 'bool';
}

/** A computation that calls the kernel it stands for. */
export interface Case {
  name: string;
  inputs: readonly Values[];
  run: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** The same by other means, where the cpu backend computes it wrongly. */
  reference?: Case['run'];
  /** |a - b| <= tolerance · max(1, |b|). Default 1e-5. */
  tolerance?: number;
  /** |a - b| <= tolerance · |b|: near zero too. */
  relative?: boolean;
  /** Left to JavaScript, as the reason says. */
  inJavaScript?: string;
}

/** Reasons that hold for all kernels. */
export const empty = 'empty tensors';
export const integersThere = 'integers';

/** Cases by the names of kernels. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** What functions treat in their own way, or not well: limits of exp, of integers in float32, of float32 itself. */
// biome-ignore format: a table
const special = [
  Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5,
  1e-7, -1e-7, 1e-30, -1e-30, 1e-40, 3, -3, 6, 7, 20, -20, 88, 88.7, 88.8, 89, -87, -88, -103, -104, 16777217, 1e10, -1e10,
  3e38, -3e38,
];

/** The same numbers for the same key. */
export function normal(shape: readonly number[], key: string, scale = 1): Values {
  const random = createRandom([3, key]);
  const values = Float32Array.from({ length: sizeOf(shape) }, () => scale * random.normal());
  return { values, shape, dtype: 'float32' };
}

/**
 * Normal numbers with every fourth replaced by a special one.
 *
 * @param most the largest that is finite: sums of larger ones depend on the order of their terms
 */
export function withSpecial(shape: readonly number[], key: string, most = Number.MAX_VALUE): Values {
  const random = createRandom([4, key]);
  const { values } = normal(shape, key);
  const allowed = special.filter((number) => !Number.isFinite(number) || Math.abs(number) <= most);
  for (let i = 0; i < values.length; i++)
    if (random.integer(4) === 0) values[i] = allowed[random.integer(allowed.length)]!;
  return { values, shape, dtype: 'float32' };
}

/** Every special number against every other. */
export function pairsOfSpecial(): [Values, Values] {
  const pairs = special.flatMap((a) => special.map((b) => [a, b] as const));
  const column = (i: 0 | 1): Values => ({
    values: Float32Array.from(pairs, (pair) => pair[i]),
    shape: [pairs.length],
    dtype: 'float32',
  });
  return [column(0), column(1)];
}

export const integers = (values: readonly number[], shape: readonly number[] = [values.length]): Values => ({
  values: Int32Array.from(values),
  shape,
  dtype: 'int32',
});

export function bools(shape: readonly number[], key: string): Values {
  const random = createRandom([5, key]);
  return { values: Uint8Array.from({ length: sizeOf(shape) }, () => random.integer(2)), shape, dtype: 'bool' };
}

export function randomShape(random: Random, rank: number, most = 5): number[] {
  return Array.from({ length: rank }, () => 1 + random.integer(most));
}

/** Which kernels are called, and which operators of ONNX they use. */
export class KernelRecord {
  /** Since the last `restart`. */
  calls = new Map<string, number>();
  operators = new Map<string, Set<string>>();
  /** Since the beginning. */
  readonly allOperators = new Map<string, Set<string>>();

  /** Listens to the backend's kernels from now on. */
  constructor(backend: OnnxruntimeBackend) {
    let kernel = '';
    for (const name of Object.keys(kernels)) {
      const config = tf.getKernel(name, 'onnxruntime');
      const { kernelFunc } = config;
      config.kernelFunc = (call) => {
        kernel = name;
        this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
        return kernelFunc(call);
      };
    }
    const run = backend.run.bind(backend);
    backend.run = (name, graph, inputs, outputs) => {
      for (const operators of [this.operators, this.allOperators]) {
        const found = operators.get(kernel) ?? new Set();
        operators.set(kernel, found);
        for (const { op } of graph().nodes) found.add(op);
      }
      run(name, graph, inputs, outputs);
    };
  }

  restart(): void {
    this.calls.clear();
    this.operators.clear();
  }
}

interface Result {
  values: ArrayLike<number>;
  shape: number[];
  dtype: string;
}

export async function resultsOn(backend: string, inputs: readonly Values[], run: Case['run']): Promise<Result[]> {
  await tf.setBackend(backend);
  const outputs = tf.tidy(() => {
    const tensors = inputs.map(({ values, shape, dtype }) => tf.tensor(values.slice(), [...shape], dtype));
    return [run(...tensors)].flat();
  });
  const results = outputs.map(async (tensor) => ({
    values: (await tensor.data()).slice(),
    shape: tensor.shape,
    dtype: tensor.dtype,
  }));
  return Promise.all(results).finally(() => tf.dispose(outputs));
}

/** What differs, in words; nothing when all is the same within the tolerance. The sign of a zero does not count. */
export function differences(
  actual: readonly Result[],
  expected: readonly Result[],
  { tolerance = 1e-5, relative = false }: Pick<Case, 'tolerance' | 'relative'>,
): string[] {
  return expected.flatMap((wanted, output) => {
    const got = actual[output]!;
    if (
      String(got.shape) !== String(wanted.shape) ||
      got.dtype !== wanted.dtype ||
      got.values.length !== wanted.values.length
    )
      return [`output ${output}: ${got.dtype} [${got.shape}], expected ${wanted.dtype} [${wanted.shape}]`];
    return Array.from(wanted.values).flatMap((b, i) => {
      const a = got.values[i]!;
      const same = a === b || Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(relative ? 0 : 1, Math.abs(b));
      // Infinity - Infinity and comparisons with NaN are false, so both must be in the same places.
      return same && Number.isFinite(a) === Number.isFinite(b) ? [] : [`output ${output}[${i}]: ${a}, expected ${b}`];
    });
  });
}
