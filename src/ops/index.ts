export { add } from './add.js';
export { attend, attention, attentionProbabilities } from './attention.js';
export { checkpoint } from './checkpoint.js';
export { gelu } from './gelu.js';
export { defineKernel } from './kernel.js';
export { layerNorm } from './layerNorm.js';
export { linear } from './linear.js';
export { matMul } from './matMul.js';
export { noGrad } from './noGrad.js';
export {
  type QuantizedWeight,
  quantizedLinear,
  quantizeWeight,
  requireQuantizedLinear,
  WEIGHT_ZERO,
} from './quantizedLinear.js';
export { hasBackend, requireBackend } from './requireBackend.js';
export { stackSpectrograms } from './stackSpectrograms.js';
export { type BlockWeights, transformerBlock } from './transformerBlock.js';
