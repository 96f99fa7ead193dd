import type { AdamOptions } from './adamW.js';
import { momentRule } from './moments.js';
import { createOptimizer, type Optimizer } from './optimizer.js';

/**
 * Adam ([Kingma and Ba 2015](https://arxiv.org/abs/1412.6980)), step for step as torch.optim.Adam: `weightDecay` is an L2
 * penalty, a part of the gradient and so of the moments. The authors of AST train with it.
 *
 * @throws {RangeError} when an option is out of range
 *
 * @example
 * ```ts
 * const optimizer = adam({ beta1: 0.95, weightDecay: 5e-7, decays: () => true }); // as the authors of AST set it
 * optimizer.step(model.parameters(), gradients, 1e-5);
 * ```
 */
export const adam = (options: AdamOptions = {}): Optimizer => createOptimizer(momentRule(options, 'gradient'), options);
