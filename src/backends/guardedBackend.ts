import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { util } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors.js';
import type { WebgpuOptions } from './backend.js';
import { watchMemory } from './gpuMemory.js';

/** A device, and how it was found. */
export interface FoundDevice {
  readonly device: GPUDevice;
  /** What its adapter tells of itself. */
  readonly info: GPUAdapterInfo;
  readonly options: WebgpuOptions;
}

/** A backend on a device, which knows when that is no more. */
export interface GuardedBackend extends WebGPUBackend {
  readonly found: FoundDevice;
  /** Why nothing more can be computed; `undefined` while it can. */
  readonly lost: BackendError | undefined;
}

/** What messages call an adapter; a browser may say next to nothing of it. */
export const nameOf = ({ description, device, vendor, architecture }: GPUAdapterInfo): string =>
  description || device || [vendor, architecture].filter(Boolean).join(' ') || 'this GPU';

/**
 * The WebGPU backend of TensorFlow.js, with its errors thrown. A GPU tells of an error later and to nobody in particular, and
 * TensorFlow.js goes on with tensors that hold nothing; here, who next reads a tensor gets the error.
 */
export function guardedBackend(Backend: typeof WebGPUBackend, found: FoundDevice): GuardedBackend {
  const { device, info } = found;
  const name = nameOf(info);

  class Guarded extends Backend implements GuardedBackend {
    readonly found = found;
    lost: BackendError | undefined;
    /** Errors the device told of, and how many of them were thrown. */
    #told = 0;
    #thrown = 0;
    #latest: BackendError | undefined;
    readonly #memory = watchMemory(device, this.bufferManager, name, (error) => this.#tell(error, true));

    constructor() {
      super(device, info);
      device.addEventListener('uncapturederror', (event) => {
        event.preventDefault(); // or it is printed
        this.#tell(
          new BackendError(`A computation was refused by ${name}: ${event.error.message}`, { cause: event.error }),
        );
      });
      void device.lost.then(({ message }) => {
        this.lost ??= new BackendError(
          `The connection to ${name} was lost (${message || 'the browser does not say why'}), and with it what was in its memory. ` +
            "Call await useBackend('webgpu') again, then load the model, or resume from a checkpoint.",
        );
      });
    }

    override runWebGPUProgram(
      ...args: Parameters<WebGPUBackend['runWebGPUProgram']>
    ): ReturnType<WebGPUBackend['runWebGPUProgram']> {
      const [program, inputs, dtype, uniforms, given] = args;
      const output = given ?? this.makeTensorInfo(program.outputShape, dtype);
      try {
        return super.runWebGPUProgram(program, inputs, dtype, uniforms, output);
      } catch (error) {
        if (!given) this.disposeData(output.dataId);
        throw error;
      }
    }

    override uploadToGPU(dataId: object): void {
      if (this.lost) throw this.lost;
      const { shape, dtype, resource } = this.tensorMap.get(dataId);
      if (!resource) this.#memory.check(shape, util.sizeFromShape(shape) * (dtype === 'complex64' ? 8 : 4));
      super.uploadToGPU(dataId);
    }

    override readSync(dataId: object): ReturnType<WebGPUBackend['readSync']> {
      if (this.tensorMap.get(dataId).values) return super.readSync(dataId);
      if (this.lost) throw this.lost;
      if (typeof OffscreenCanvas === 'undefined')
        throw new BackendError(
          'WebGPU in Node cannot wait for a tensor: dataSync() and arraySync() do not work. Use await data() or await array().',
        );
      return super.readSync(dataId);
    }

    override async getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer> {
      if (this.lost) throw this.lost;
      const thrownBefore = this.#thrown;
      let data: ArrayBuffer | undefined;
      let cause: unknown;
      try {
        data = await super.getBufferData(buffer);
      } catch (error) {
        cause = error;
      }
      // Why it went wrong, such as a device that is lost, is told after it did.
      if (!data || this.#told > thrownBefore) await new Promise((resolve) => setTimeout(resolve, 0));
      if (this.lost) throw this.lost;
      // Whoever reads while an error comes up may have wrong numbers, not the first reader alone.
      if (this.#told > thrownBefore) {
        this.#thrown = this.#told;
        throw this.#latest;
      }
      if (!data) throw new BackendError(`A tensor cannot be read from ${name}: ${(cause as Error).message}`, { cause });
      return data;
    }

    override dispose(): void {
      this.lost ??= new BackendError(
        "The webgpu backend was removed. Call await useBackend('webgpu') to start it again.",
      );
      super.dispose();
      device.destroy();
    }

    /** The first error of several names the cause, unless memory was missing: what was made of its result is refused too. */
    #tell(error: BackendError, isMemory = false): void {
      if (isMemory || this.#told === this.#thrown) this.#latest = error;
      this.#told++;
    }
  }
  return new Guarded();
}
