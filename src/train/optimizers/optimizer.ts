import * as tf from '@tensorflow/tfjs-core';
import { checkOption } from '../checkOption.js';
import type { Gradients } from '../gradients.js';
import { decaysByDefault } from './decay.js';

/** What an optimizer remembers. */
export interface OptimizerState {
  /** Updates done. */
  readonly steps: number;
  /** Its memory by name: `moment1.PARAMETER`, …; and `missed.PARAMETER`, the updates that passed without a gradient for it. */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
}

/** A rule that moves parameters against their gradients. */
export interface Optimizer {
  /** Moves the parameters that have a gradient. Leaves the gradients to the caller. */
  step(parameters: ReadonlyMap<string, tf.Variable>, gradients: Gradients, learningRate: number): void;
  /** Its memory by name and its count of steps, for checkpoints. */
  readonly state: OptimizerState;
  /**
   * Takes a state over, in place of its own: what it does next is what the optimizer of that state would have done. Clones
   * the tensors. Throws a RangeError when they are those of another rule.
   */
  restore(state: OptimizerState): void;
  /** Frees its memory. */
  dispose(): void;
}

/** Settings that all optimizers have. */
export interface OptimizerOptions {
  /** Strength of the decay of weights, 0 or more. Default 0. */
  weightDecay?: number;
  /** Which parameters decay. Default {@link decaysByDefault}. */
  decays?: (parameterName: string) => boolean;
  /** A factor on the learning rate of a parameter, e.g. {@link layerwiseDecay}; 0 leaves it as it is. Default 1. */
  rateOf?: (parameterName: string) => number;
}

/** One parameter and its gradient, of the same shape. */
export interface UpdateInputs<Memory extends string> {
  readonly parameter: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** What {@link UpdateRule.update} gave at the last update; undefined at the parameter's first. */
  readonly memory: Readonly<Record<Memory, tf.Tensor | undefined>>;
}

/** Numbers of one update of one parameter. */
export interface UpdateSettings {
  /** Learning rate of this parameter. */
  readonly rate: number;
  /** Updates of this parameter, this one counted: from 1. */
  readonly steps: number;
  /** 0 where the parameter does not decay. */
  readonly weightDecay: number;
}

/** The arithmetic of an optimizer, for one parameter. */
export interface UpdateRule<Memory extends string> {
  /** Names of the tensors that it remembers for each parameter, which are also their names in checkpoints. */
  readonly memory: readonly Memory[];
  /** Gives the new parameter, and what is to be remembered in the order of `memory`. */
  update(inputs: UpdateInputs<Memory>, settings: UpdateSettings): tf.Tensor[];
}

/**
 * An optimizer of a rule: the part that all of them have in common, which is rates, decay, memory and counting. A
 * parameter that gets its first gradient late, or misses some, is counted on its own, as in torch.optim.
 *
 * @throws {RangeError} when `weightDecay` is not a number of 0 or more
 *
 * @example
 * ```ts
 * // signSGD: https://arxiv.org/abs/1802.04434
 * const signSgd = createOptimizer({
 *   memory: [],
 *   update: ({ parameter, gradient }, { rate }) => [tf.sub(parameter, tf.mul(tf.sign(gradient), rate))],
 * });
 * ```
 */
export function createOptimizer<Memory extends string>(
  rule: UpdateRule<Memory>,
  { weightDecay = 0, decays = decaysByDefault, rateOf = () => 1 }: OptimizerOptions = {},
): Optimizer {
  checkOption('weightDecay', weightDecay, weightDecay >= 0, 'a number of 0 or more');
  const tensors = new Map<string, tf.Tensor>();
  const missed = new Map<string, number>();
  let steps = 0;

  const replace = (key: string, tensor: tf.Tensor): void => {
    tensors.get(key)?.dispose();
    tensors.set(key, tf.keep(tensor));
  };
  const setMissed = (name: string, count: number): void => {
    missed.set(name, count);
    if (count > 0) replace(`missed.${name}`, tf.scalar(count));
  };
  const dispose = (): void => {
    tf.dispose([...tensors.values()]);
    tensors.clear();
    missed.clear();
    steps = 0;
  };
  return {
    get state() {
      return { steps, tensors };
    },
    step(parameters, gradients, learningRate) {
      for (const [name, count] of missed) if (!gradients.has(name)) setMissed(name, count + 1);
      for (const [name, gradient] of gradients) {
        if (rule.memory.length > 0 && !missed.has(name)) setMissed(name, steps);
        const parameter = parameters.get(name)!;
        const memory = Object.fromEntries(rule.memory.map((key) => [key, tensors.get(`${key}.${name}`)]));
        const [updated, ...remembered] = tf.tidy(() =>
          rule.update(
            { parameter, gradient, memory: memory as UpdateInputs<Memory>['memory'] },
            {
              rate: learningRate * rateOf(name),
              steps: steps + 1 - (missed.get(name) ?? 0),
              weightDecay: decays(name) ? weightDecay : 0,
            },
          ),
        );
        parameter.assign(updated!);
        updated!.dispose();
        for (const [i, key] of rule.memory.entries()) replace(`${key}.${name}`, remembered[i]!);
      }
      steps++;
    },
    restore(state) {
      const known = [...rule.memory, 'missed'];
      const foreign = [...state.tensors.keys()].find((key) => !known.some((own) => key.startsWith(`${own}.`)));
      if (foreign !== undefined)
        throw new RangeError(`Expected the state of an optimizer with ${known.join(', ')}; got one with ${foreign}.`);
      const clones = [...state.tensors].map(([key, tensor]) => [key, tf.keep(tensor.clone())] as const);
      dispose();
      steps = state.steps;
      for (const [key, tensor] of clones) tensors.set(key, tensor);
      const [first] = rule.memory;
      for (const key of tensors.keys())
        if (first && key.startsWith(`${first}.`)) missed.set(key.slice(first.length + 1), 0);
      // A scalar from a file or from `setMissed`: its value is at hand on every backend.
      for (const name of missed.keys()) missed.set(name, tensors.get(`missed.${name}`)?.dataSync()[0] ?? 0);
    },
    dispose,
  };
}
