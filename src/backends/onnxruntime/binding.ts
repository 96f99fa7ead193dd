/**
 * The one place that uses what onnxruntime-node does not document: kernels of TensorFlow.js return synchronously, and so
 * does `InferenceSession.run` of the binding that the package loads (its public `session.run` wraps the same call in
 * `setImmediate`). docs/backends.md says what else was weighed.
 */
import { Tensor } from 'onnxruntime-node';
import { type Binding, binding, initOrt } from 'onnxruntime-node/dist/binding.js';
import { version } from 'onnxruntime-node/dist/version.js';
import { BackendError } from '../../errors.js';
import { encodeModel, type Graph } from '../../onnx/index.js';

/** Versions of onnxruntime-node whose binding is known to work as used here: [from, before]. */
const SUPPORTED = [
  [1, 21],
  [2, 0],
] as const;

/** Typed arrays that ONNX Runtime reads and writes in place. */
export type TensorValues = Float32Array | Int32Array | Uint8Array | Int8Array | BigInt64Array;

/** A tensor as a session takes it: values and shape, no copy. */
export interface Operand {
  values: TensorValues;
  shape: readonly number[];
  /** Whether bytes are truth values and not numbers. */
  bool?: boolean;
}

/**
 * A loaded graph. Outputs are written into the values that are given for them. (onnxruntime-node 1.30 then copies them once
 * more, for a result that nobody here reads: bytes, not operations, and nothing this side can turn off.)
 */
export interface Session {
  run(inputs: Readonly<Record<string, Operand>>, outputs: Readonly<Record<string, Operand>>): void;
  /** Frees the graph and its threads. */
  dispose(): void;
}

/**
 * Refuses versions of onnxruntime-node that this file was not written for.
 *
 * @throws {BackendError}
 */
export function checkVersion(found: string = version): void {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const number = major * 1000 + minor;
  const [from, before] = SUPPORTED.map(([a, b]) => a * 1000 + b) as [number, number];
  if (number >= from && number < before) return;
  throw new BackendError(
    `The onnxruntime backend works with onnxruntime-node from ${SUPPORTED[0].join('.')} to before ${SUPPORTED[1].join('.')}, ` +
      `found ${found}. Install one: npm i onnxruntime-node@1.30.`,
  );
}

/**
 * Compiles a graph for the CPU.
 *
 * @param keepMemory keep what the graph needs between its operations for its next run: where that is much, and nothing
 * but a graph's own
 */
export function createSession(
  graph: Graph,
  { threads, keepMemory = false }: { threads: number; keepMemory?: boolean },
): Session {
  initOrt();
  const session: Binding.InferenceSession = new binding.InferenceSession();
  const bytes = encodeModel(graph);
  session.loadModel(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Every session has threads of its own; waiting ones must sleep, or they take the cores from the one that works.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    // What goes wrong is thrown, with the same words; it need not be printed too.
    logSeverityLevel: 4,
    // The caller owns inputs and outputs: for a single operation, an arena would keep a second copy of them.
    enableCpuMemArena: keepMemory,
    enableMemPattern: keepMemory,
  });
  return {
    run(inputs, outputs) {
      session.run(toTensors(inputs), toTensors(outputs), {});
    },
    dispose: () => session.dispose(),
  };
}

function toTensors(operands: Readonly<Record<string, Operand>>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const name in operands) {
    const { values, shape, bool } = operands[name]!;
    tensors[name] = bool ? new Tensor('bool', values as Uint8Array, shape) : new Tensor(values as Float32Array, shape);
  }
  return tensors;
}
