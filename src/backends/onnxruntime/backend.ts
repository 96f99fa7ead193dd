import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { Graph } from '../../onnx/index.js';
import type { OnnxruntimeOptions } from '../backend.js';
import { silenceGreeting } from '../cpu.js';
import { createSession, type Operand, type Session, type TensorValues } from './binding.js';
import { BufferPool } from './bufferPool.js';
import { availableBytes } from './machine.js';

type DataId = TensorInfo['dataId'];
/** A tensor, or a part of one. */
type Argument = TensorInfo | Operand;

/** `x [2, 3], bias [3]`, for messages. */
export const listShapes = (tensors: Readonly<Record<string, { shape: readonly number[] }>>): string =>
  Object.entries(tensors)
    .map(([name, { shape }]) => `${name} [${shape.join(', ')}]`)
    .join(', ');

/**
 * A backend of TensorFlow.js whose tensors are arrays in JavaScript's memory, as those of the CPU backend, and whose heavy
 * kernels are small graphs that ONNX Runtime runs on those arrays in place.
 */
export class OnnxruntimeBackend extends MathBackendCPU {
  readonly pool: BufferPool;
  readonly #sessions = new Map<string, Session>();
  /** What the kernel that runs now allocated. */
  #allocated: TensorInfo[] = [];

  constructor(readonly options: Required<OnnxruntimeOptions>) {
    super();
    this.pool = new BufferPool(options.poolBytes, availableBytes);
    silenceGreeting(this);
  }

  /** A tensor with arbitrary values, for a kernel to write to. */
  allocate(shape: readonly number[], dtype: 'float32' | 'bool' = 'float32'): TensorInfo {
    const length = util.sizeFromShape([...shape]);
    try {
      const values = dtype === 'float32' ? this.pool.take(length) : new Uint8Array(length);
      const tensor = this.makeTensorInfo([...shape], dtype, values);
      this.#allocated.push(tensor);
      return tensor;
    } catch (cause) {
      const mebibytes = Math.ceil((length * util.bytesPerElement(dtype)) / 2 ** 20);
      throw new BackendError(
        `There is no memory for a tensor of shape [${shape.join(', ')}] (${mebibytes} MiB in one array). ` +
          'Use a smaller batch, fewer frames, or gradient checkpointing.',
        { cause },
      );
    }
  }

  /** Calls a kernel. When it fails, the tensors that it allocated are freed. */
  attempt<T>(kernel: () => T): T {
    const outer = this.#allocated;
    this.#allocated = [];
    try {
      return kernel();
    } catch (error) {
      for (const { dataId } of this.#allocated) this.disposeData(dataId);
      throw error;
    } finally {
      this.#allocated = outer;
    }
  }

  /** The values of a tensor: the array itself, unless that holds another type. */
  valuesOf({ dataId, dtype }: TensorInfo): TensorValues {
    const values = this.data.get(dataId).values as TensorValues;
    // The CPU backend casts integers to a wider type by giving the same array another name.
    if (dtype === 'float32' && !(values instanceof Float32Array)) return Float32Array.from(values as Int32Array);
    if (dtype === 'int32' && !(values instanceof Int32Array)) return Int32Array.from(values as Uint8Array);
    return values;
  }

  /** The arrays under a tensor: two for complex numbers, none for strings. */
  arraysOf({ dataId }: TensorInfo): ArrayBufferView[] {
    const { values, complexTensorInfos } = this.data.get(dataId);
    if (complexTensorInfos) return Object.values(complexTensorInfos).flatMap((part) => this.arraysOf(part));
    return ArrayBuffer.isView(values) ? [values] : [];
  }

  /** A part of a tensor as a kernel's argument: `shape` from element `start` on. */
  part(tensor: TensorInfo, start: number, shape: readonly number[]): Operand {
    const values = this.valuesOf(tensor) as Float32Array;
    return { values: values.subarray(start, start + util.sizeFromShape([...shape])), shape };
  }

  /** Runs a graph, which is compiled when its name is first met. Outputs are allocated before, with their shapes. */
  run(
    name: string,
    graph: () => Graph,
    inputs: Record<string, Argument>,
    outputs: Record<string, Argument>,
    { keepMemory = false }: { keepMemory?: boolean } = {},
  ): void {
    try {
      let session = this.#sessions.get(name);
      if (!session)
        this.#sessions.set(name, (session = createSession(graph(), { threads: this.options.threads, keepMemory })));
      session.run(this.#operands(inputs), this.#operands(outputs));
    } catch (cause) {
      throw new BackendError(
        `ONNX Runtime cannot compute ${name} of ${listShapes(inputs)}: ${(cause as Error).message}`,
        { cause },
      );
    }
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
    for (const session of this.#sessions.values()) session.dispose();
    this.#sessions.clear();
  }

  #operands(args: Record<string, Argument>): Record<string, Operand> {
    const operands: Record<string, Operand> = {};
    for (const name in args) {
      const arg = args[name]!;
      operands[name] =
        'values' in arg ? arg : { values: this.valuesOf(arg), shape: arg.shape, bool: arg.dtype === 'bool' };
    }
    return operands;
  }
}
