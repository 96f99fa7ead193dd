export { attend, attention, attentionProbabilities } from './attention.js';
export { gelu } from './gelu.js';
export { defineKernel } from './kernel.js';
export { layerNorm } from './layerNorm.js';
export { linear } from './linear.js';
export { matMul } from './matMul.js';
export { stackSpectrograms } from './stackSpectrograms.js';
