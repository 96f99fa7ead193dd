export { adam } from './adam.js';
export { type AdamOptions, adamW } from './adamW.js';
export { decaysByDefault } from './decay.js';
export { layerwiseDecay } from './layerwiseDecay.js';
export {
  createOptimizer,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerState,
  type UpdateInputs,
  type UpdateRule,
  type UpdateSettings,
} from './optimizer.js';
export { type SgdOptions, sgd } from './sgd.js';
