import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { attention as attentionKernel } from '../../../src/backends/webgpu/attention.js';
import { narrowFloat16 } from '../../../src/hub/narrowFloat16.js';
import { widenFloat16 } from '../../../src/hub/widenFloat16.js';
import { attention } from '../../../src/ops/index.js';
import { relativeError } from '../../support/golden.js';
import { hasAdapter, NO_ADAPTER, useSoftwareGpu } from '../../support/softwareGpu.js';
import { normal } from '../parity.js';

const found = await hasAdapter();
useSoftwareGpu();

describe.skipIf(!found)(`float16 on WebGPU${found ? '' : ` (skipped: ${NO_ADAPTER})`}`, { timeout: 600_000 }, () => {
  const [batch, tokens, heads, dim] = [1, 65, 3, 64];
  const inputs = ['query', 'key', 'value'].map(
    (key) => normal([batch, tokens, heads * dim], key).values as Float32Array,
  );

  // SwiftShader has none. An adapter that has it is not tested.
  it('is refused where the adapter has none', async () => {
    await expect(useBackend('webgpu', { float16: true })).rejects.toThrow(
      'float16 needs an adapter with shader-f16, which SwiftShader driver 5.0.0 is not. Leave float16 out.',
    );
  });

  // What is computed with numbers of 16 bits is computed with float32: the error is that of rounding query, key and value.
  it('changes attention by less than 1e-3 of its largest number', async () => {
    await useBackend('webgpu');
    const run = async (round: (values: Float32Array) => Float32Array): Promise<Float32Array> => {
      const y = tf.tidy(() => {
        const [query, key, value] = inputs.map((values) => tf.tensor(round(values), [batch, tokens, heads * dim]));
        return attention(query!, key!, value!, heads);
      });
      const values = await y.data<'float32'>();
      y.dispose();
      return values;
    };
    const exact = await run((values) => values.slice());
    const rounded = await run((values) => widenFloat16(narrowFloat16(values)));
    const error = relativeError(rounded, exact);
    expect(error).toBeLessThan(1e-3);
    expect(error).toBeGreaterThan(1e-5);
  });

  // Dawn's null backend validates programs and runs none.
  it.each([4, 5, 64, 128])('is valid WGSL for heads of %i', async (headDim) => {
    const { create } = await import('webgpu');
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    const gpu = create(['backend=null']);
    const adapter = (await gpu.requestAdapter())!;
    const device = await adapter.requestDevice({ requiredFeatures: ['shader-f16'] });
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
    const backend = Object.assign(new WebGPUBackend(device, adapter.info), { found: { options: { float16: true } } });
    device.pushErrorScope('validation');
    const tensors = ['query', 'key', 'value'].map((name) => [
      name,
      backend.makeTensorInfo([1, 9, 2 * headDim], 'float32', new Float32Array(18 * headDim)),
    ]);
    attentionKernel(backend as WebGPUBackend, Object.fromEntries(tensors), { heads: 2 });
    backend.endComputePassEncoder();
    backend.submitQueue();
    expect((await device.popErrorScope())?.message).toBeUndefined();
    device.destroy();
  });
});
