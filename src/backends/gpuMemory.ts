import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BackendError } from '../errors.js';

type BufferManager = WebGPUBackend['bufferManager'];

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 });

/** Bytes from which a buffer is watched: that costs 0.1 ms, and a step makes many small buffers to send numbers to the GPU. */
const LARGE = 2 ** 20;

const WAY_OUT = 'Use a smaller batch, fewer frames, or gradient checkpointing.';

/** Memory of a device: what may be asked of it, and what became of it. */
export interface GpuMemory {
  /** Throws a BackendError where a tensor cannot be had in one buffer. */
  check(shape: readonly number[], bytes: number): void;
}

/**
 * Watches the buffers that a device makes. One that there is no memory for is said to be there all the same, and the error comes
 * later: it must not be lent again when its tensor is disposed.
 *
 * @param name what messages call the adapter
 * @param report told of memory that there was not
 */
export function watchMemory(
  device: GPUDevice,
  buffers: BufferManager,
  name: string,
  report: (error: BackendError) => void,
): GpuMemory {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const broken = new WeakSet<GPUBuffer>();
  let shape: readonly number[] | undefined;

  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const what = shape ? `a tensor of shape [${shape.join(', ')}]` : 'a buffer';
    shape = undefined;
    if (descriptor.size < LARGE) return createBuffer(descriptor);
    device.pushErrorScope('out-of-memory');
    const buffer = createBuffer(descriptor);
    void device.popErrorScope().then((error) => {
      if (!error) return;
      broken.add(buffer);
      emptyPool(buffers);
      report(
        new BackendError(
          `Out of memory on ${name}: there is none for ${what} (${mebibytes(descriptor.size)} MiB). ${WAY_OUT}`,
          { cause: error },
        ),
      );
    });
    return buffer;
  };

  const releaseBuffer = buffers.releaseBuffer.bind(buffers);
  buffers.releaseBuffer = (buffer, reuse = true) => releaseBuffer(buffer, reuse && !broken.has(buffer));

  return {
    check(wanted, bytes) {
      if (bytes > largest)
        throw new BackendError(
          `A tensor of shape [${wanted.join(', ')}] takes ${mebibytes(bytes)} MiB, which is larger than the maximum of ` +
            `${mebibytes(largest)} MiB that ${name} gives in one buffer. ${WAY_OUT}`,
        );
      shape = wanted;
    },
  };
}

/** Gives back the buffers that are kept for later: TensorFlow.js never does, and what is to come may have other sizes. */
function emptyPool(buffers: BufferManager): void {
  const pool = buffers as unknown as { freeBuffers: Map<string, GPUBuffer[]>; numFreeBuffers: number };
  for (const buffer of [...pool.freeBuffers.values()].flat()) {
    buffers.numBytesAllocated -= buffer.size;
    buffer.destroy();
  }
  for (const key of pool.freeBuffers.keys()) pool.freeBuffers.set(key, []);
  pool.numFreeBuffers = 0;
}
