/** What this machine can do at best: large products, and moving memory. One run a kind; the answer is operations or bytes a second. */
import { createSession, type TensorValues } from '../../src/backends/onnxruntime/binding.js';
import { physicalCores } from '../../src/backends/onnxruntime/machine.js';
import { type Graph, microsoftNode, node } from '../../src/onnx/index.js';
import type { Rates } from '../machine.js';
import { serve } from './serve.js';

const SIDE = 2048;
const RUNS = 12;
/** Elements of an array that no cache holds. */
const LARGE = 2 ** 26;

const float32Product: Graph = {
  inputs: { a: 'float32', b: 'float32' },
  outputs: ['y'],
  nodes: [microsoftNode('FusedMatMul', ['a', 'b'], 'y', { transA: 0, transB: 0 })],
};
const int8Product: Graph = {
  inputs: { a: 'uint8', b: 'int8' },
  outputs: ['y'],
  nodes: [node('MatMulInteger', ['a', 'b'], 'y')],
};
/** Seconds of a graph on square matrices. */
function fastest(
  graph: Graph,
  threads: number,
  inputs: Record<string, TensorValues>,
  y: TensorValues,
  shape: number[],
): number {
  const session = createSession(graph, { threads });
  const operands = Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, { values, shape }]));
  return secondsOf(() => session.run(operands, { y: { values: y, shape } }));
}

/** Seconds of the fastest of some runs. */
function secondsOf(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const begun = performance.now();
    run();
    best = Math.min(best, (performance.now() - begun) / 1000);
  }
  return best;
}

function copyRate(): number {
  const [from, to] = [new Float32Array(LARGE).fill(1), new Float32Array(LARGE).fill(2)];
  return (from.byteLength + to.byteLength) / secondsOf(() => to.set(from));
}

await serve(async () => ({
  run() {
    const cores = physicalCores();
    const square = [SIDE, SIDE];
    const floats = () => new Float32Array(SIDE * SIDE).fill(0.5);
    const float32 = (threads: number) =>
      (2 * SIDE ** 3) / fastest(float32Product, threads, { a: floats(), b: floats() }, floats(), square);
    const bytes = { a: new Uint8Array(SIDE * SIDE).fill(3), b: new Int8Array(SIDE * SIDE).fill(2) };
    const oneThread = float32(1);
    const rates: Rates = {
      float32: Math.max(float32(cores), oneThread),
      oneThread,
      int8: (2 * SIDE ** 3) / fastest(int8Product, cores, bytes, new Int32Array(SIDE * SIDE), square),
      memory: copyRate(),
    };
    return [rates.float32, rates.oneThread, rates.int8, rates.memory];
  },
}));
