import { type MomentOptions, momentRule } from './moments.js';
import { createOptimizer, type Optimizer, type OptimizerOptions } from './optimizer.js';

/** Settings of {@link adamW} and {@link adam}. */
export interface AdamOptions extends MomentOptions, OptimizerOptions {}

/**
 * AdamW ([Loshchilov and Hutter 2019](https://arxiv.org/abs/1711.05101)), step for step as torch.optim.AdamW: a weight
 * shrinks by `learningRate · weightDecay` of itself, whatever its gradient.
 *
 * @throws {RangeError} when an option is out of range
 *
 * @example
 * ```ts
 * const optimizer = adamW({ weightDecay: 0.01 });
 * optimizer.step(model.parameters(), gradients, 5e-5);
 * ```
 */
export const adamW = (options: AdamOptions = {}): Optimizer =>
  createOptimizer(momentRule(options, 'decoupled'), options);
