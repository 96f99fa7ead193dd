import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import { createSession, type Operand, type Session, type TensorValues } from './binding.js';
import { BufferPool } from './bufferPool.js';
import type { Graph } from './onnx.js';

export interface OnnxruntimeBackendOptions {
  /** Threads of a kernel. */
  threads: number;
  /** Freed memory kept for later, in bytes. */
  poolBytes: number;
  /** Elements below which a kernel that TensorFlow.js has in JavaScript runs there: a call costs 10 µs. */
  smallTensor: number;
}

type DataId = TensorInfo['dataId'];
/** A tensor, or a part of one. */
type Argument = TensorInfo | Operand;

/**
 * A backend of TensorFlow.js whose tensors are arrays in JavaScript's memory, as those of the CPU backend, and whose heavy
 * kernels are small graphs that ONNX Runtime runs on those arrays in place.
 */
export class OnnxruntimeBackend extends MathBackendCPU {
  readonly pool: BufferPool;
  readonly #sessions = new Map<string, Session>();

  constructor(readonly options: OnnxruntimeBackendOptions) {
    super();
    this.pool = new BufferPool(options.poolBytes);
    // The CPU backend greets Node users with advice for another backend at its first tensor.
    Object.assign(this, { firstUse: false });
  }

  /** A float32 tensor with arbitrary values, for a kernel to write to. */
  allocate(shape: readonly number[]): TensorInfo {
    const length = util.sizeFromShape([...shape]);
    try {
      return this.makeTensorInfo([...shape], 'float32', this.pool.take(length));
    } catch (cause) {
      throw new BackendError(
        `There is no memory for a tensor of shape [${shape.join(', ')}] (${(length * 4) / 2 ** 20} MiB in one buffer). ` +
          'Use a smaller batch, fewer frames, or gradient checkpointing.',
        { cause },
      );
    }
  }

  /** The values of a tensor, not a copy. */
  valuesOf(tensor: TensorInfo): TensorValues {
    return this.data.get(tensor.dataId).values as TensorValues;
  }

  /** The memory under a tensor's values; `undefined` for strings and complex numbers. */
  bufferOf(tensor: TensorInfo): ArrayBufferLike | undefined {
    return ArrayBuffer.isView(this.valuesOf(tensor)) ? this.valuesOf(tensor).buffer : undefined;
  }

  /** A part of a tensor as a kernel's argument: `shape` from element `start` on. */
  part(tensor: TensorInfo, start: number, shape: readonly number[]): Operand {
    const values = this.valuesOf(tensor) as Float32Array;
    return { values: values.subarray(start, start + util.sizeFromShape([...shape])), shape };
  }

  /** Runs a graph, which is compiled when its name is first met. Outputs are allocated before, with their shapes. */
  run(name: string, graph: () => Graph, inputs: Record<string, Argument>, outputs: Record<string, Argument>): void {
    let session = this.#sessions.get(name);
    if (!session) this.#sessions.set(name, (session = createSession(graph(), this.options.threads)));
    session.run(this.#operands(inputs), this.#operands(outputs));
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    // The caller gets the array itself, and may keep it when the tensor is long disposed.
    this.pool.forget(this.data.get(dataId).values as object | undefined);
    return super.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const values = this.data.has(dataId) ? this.data.get(dataId).values : undefined;
    const disposed = super.disposeData(dataId, force);
    if (!this.data.has(dataId)) this.pool.give(values as object | undefined);
    return disposed;
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: false, reasons: [] };
  }

  override dispose(): void {
    this.pool.clear();
    this.#sessions.clear();
  }

  #operands(args: Record<string, Argument>): Record<string, Operand> {
    const operands: Record<string, Operand> = {};
    for (const name in args) {
      const arg = args[name]!;
      operands[name] = 'values' in arg ? arg : { values: this.valuesOf(arg), shape: arg.shape };
    }
    return operands;
  }
}
