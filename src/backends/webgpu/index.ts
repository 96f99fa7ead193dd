import { getKernel, registerKernel } from '@tensorflow/tfjs-core';
import { optimizers } from './adamW.js';
import { attention } from './attention.js';
import { attentionGrad } from './attentionGrad.js';
import { sums } from './columnSums.js';
import { gelus } from './gelu.js';
import { layerNorms } from './layerNorm.js';
import { linears } from './linear.js';
import { type KernelTable, toKernelFunc } from './program.js';

/** Every kernel of this library for WebGPU. */
export const kernels: KernelTable = {
  ...optimizers,
  ...gelus,
  ...layerNorms,
  ...linears,
  ...sums,
  AstAttention: attention,
  AstAttentionGrad: attentionGrad,
};

/** Registers the kernels that this library brings for WebGPU; does nothing when they are there already. */
export function registerWebgpuKernels(): void {
  if (getKernel('AstAttention', 'webgpu')) return;
  for (const [kernelName, kernel] of Object.entries(kernels))
    registerKernel({ kernelName, backendName: 'webgpu', kernelFunc: toKernelFunc(kernel) });
}
