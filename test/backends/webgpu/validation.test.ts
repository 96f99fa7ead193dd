import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernels } from '../../../src/backends/webgpu/index.js';

/** Dawn's null backend validates programs and runs none. The device has the limits that every adapter has, and no more. */
describe('attention on WebGPU', () => {
  let device: GPUDevice;
  let backend: WebGPUBackend & { found: { options: { float16: boolean } } };

  beforeAll(async () => {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu = create(['backend=null']);
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    const adapter = (await gpu.requestAdapter())!;
    device = await adapter.requestDevice({ requiredFeatures: ['shader-f16'] });
    backend = Object.assign(new WebGPUBackend(device, adapter.info), { found: { options: { float16: false } } });
  });
  afterAll(() => device.destroy());

  /** What Dawn has against the programs. */
  async function problems(names: readonly string[], width: number, heads: number): Promise<string | undefined> {
    device.pushErrorScope('validation');
    const inputs: Record<string, TensorInfo> = {};
    for (const name of ['query', 'key', 'value', 'dy'])
      inputs[name] = backend.makeTensorInfo([2, 9, width], 'float32', new Float32Array(18 * width));
    for (const name of names) kernels[name]!(backend, inputs, { heads });
    backend.endComputePassEncoder();
    backend.submitQueue();
    return (await device.popErrorScope())?.message;
  }

  it.each([1, 2, 3, 4, 6, 8, 12, 20, 32, 64, 72, 96, 128, 160, 250, 256])(
    'is valid WGSL within all limits for heads of %i, forward, backward and with float16',
    async (dim) => {
      backend.found.options.float16 = false;
      expect(await problems(['AstAttention', 'AstAttentionGrad'], 2 * dim, 2)).toBeUndefined();
      backend.found.options.float16 = true;
      expect(await problems(['AstAttention'], 2 * dim, 2)).toBeUndefined();
    },
  );

  it('is told of programs that are not valid', async () => {
    device.pushErrorScope('validation');
    device.createShaderModule({ code: 'enable f16; @compute @workgroup_size(1) fn main() { let x: f16 = 1.0f; }' });
    expect((await device.popErrorScope())?.message).toContain('f16');
  });
});
