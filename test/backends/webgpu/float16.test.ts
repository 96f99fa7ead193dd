import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { narrowFloat16 } from '../../../src/hub/narrowFloat16.js';
import { widenFloat16 } from '../../../src/hub/widenFloat16.js';
import { attention } from '../../../src/ops/index.js';
import { relativeError } from '../../support/golden.js';
import { hasAdapter, NO_ADAPTER, useSoftwareGpu } from '../../support/softwareGpu.js';
import { normal } from '../parity.js';

const found = await hasAdapter();
useSoftwareGpu();

describe.skipIf(!found)(`float16 on WebGPU${found ? '' : ` (skipped: ${NO_ADAPTER})`}`, () => {
  const [batch, tokens, heads, dim] = [1, 65, 3, 64];
  const inputs = ['query', 'key', 'value'].map(
    (key) => normal([batch, tokens, heads * dim], key).values as Float32Array,
  );

  // SwiftShader has none. Programs are validated (validation.test.ts), and have not run.
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
});
