import * as tf from '@tensorflow/tfjs-core';
import { checkOption } from '../checkOption.js';
import { withL2 } from './decay.js';
import { createOptimizer, type Optimizer, type OptimizerOptions, type UpdateRule } from './optimizer.js';

/** Settings of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** Share of the last direction that is kept, 0 or more. Default 0: no memory. */
  momentum?: number;
  /** Share of a gradient that does not go into the direction. Default 0. */
  dampening?: number;
  /** Look ahead along the direction (Nesterov); needs momentum, and no dampening. Default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent, step for step as torch.optim.SGD: `weightDecay` is an L2 penalty, a part of the gradient;
 * the first direction of a parameter is its gradient, undampened.
 *
 * @throws {RangeError} when an option is out of range, or `nesterov` comes without momentum or with dampening
 *
 * @example
 * ```ts
 * const optimizer = sgd({ momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
 * optimizer.step(model.parameters(), gradients, 1e-3);
 * ```
 */
export function sgd({ momentum = 0, dampening = 0, nesterov = false, ...options }: SgdOptions = {}): Optimizer {
  checkOption('momentum', momentum, momentum >= 0, 'a number of 0 or more');
  checkOption('dampening', dampening, true, 'a number');
  if (nesterov && (momentum === 0 || dampening !== 0))
    throw new RangeError(
      `nesterov needs momentum and no dampening, got momentum ${momentum} and dampening ${dampening}.`,
    );
  return momentum === 0
    ? createOptimizer(plain, options)
    : createOptimizer(withMomentum(momentum, dampening, nesterov), options);
}

const move = (parameter: tf.Tensor, direction: tf.Tensor, rate: number): tf.Tensor =>
  tf.sub(parameter, tf.mul(direction, rate));

const plain: UpdateRule<never> = {
  memory: [],
  update: ({ parameter, gradient }, { rate, weightDecay }) => [
    move(parameter, withL2(gradient, parameter, weightDecay), rate),
  ],
};

const withMomentum = (momentum: number, dampening: number, nesterov: boolean): UpdateRule<'momentum'> => ({
  memory: ['momentum'],
  update({ parameter, gradient, memory }, { rate, weightDecay }) {
    const pull = withL2(gradient, parameter, weightDecay);
    const direction = memory.momentum
      ? tf.add(tf.mul(memory.momentum, momentum), tf.mul(pull, 1 - dampening))
      : pull.clone();
    const ahead = nesterov ? tf.add(pull, tf.mul(direction, momentum)) : direction;
    return [move(parameter, ahead, rate), direction];
  },
});
