import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '../ops/index.js';
import type { Gradients } from './gradients.js';

/** Settings of {@link adamW}. */
export interface AdamWOptions {
  /** Decay of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  epsilon?: number;
  /** Decoupled decay, as a share of the weight per unit of learning rate. Default 0. */
  weightDecay?: number;
  /** Which parameters decay. Default {@link decaysByDefault}. */
  decays?: (name: string) => boolean;
}

/** What an optimizer remembers. */
export interface OptimizerState {
  /** Updates done. */
  readonly steps: number;
  /** Its memory by name. */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
}

/** A rule that moves parameters against their gradients. */
export interface Optimizer {
  /** Moves the parameters that have a gradient. Leaves the gradients to the caller. */
  step(parameters: ReadonlyMap<string, tf.Variable>, gradients: Gradients, learningRate: number): void;
  /** Its memory by name (`moment1.PARAMETER`, …) and its count of steps, for checkpoints. */
  readonly state: OptimizerState;
  /** Takes a state over, in place of its own: what it does next is what the optimizer of that state would have done. Clones the tensors. */
  restore(state: OptimizerState): void;
  /** Frees its memory. */
  dispose(): void;
}

/**
 * The Hugging Face Trainer's parameter groups: biases and LayerNorm parameters do not decay.
 *
 * @example
 * ```ts
 * decaysByDefault('classifier.dense.bias'); // false
 * ```
 */
export const decaysByDefault = (name: string): boolean => !name.endsWith('bias') && !/layernorm/i.test(name);

type AdamWInputs = { parameter: tf.Tensor; gradient: tf.Tensor; moment1: tf.Tensor; moment2: tf.Tensor };
type AdamWAttributes = {
  beta1: number;
  beta2: number;
  epsilon: number;
  stepSize: number;
  secondCorrection: number;
  keep: number;
};

/** One update: [parameter, moment1, moment2]. A kernel of its own, so that a backend can do it in one pass. */
const runAdamW = defineKernel(
  'AstAdamW',
  ({ parameter, gradient, moment1, moment2 }: AdamWInputs, a: AdamWAttributes) => {
    const m = tf.add(tf.mul(moment1, a.beta1), tf.mul(gradient, 1 - a.beta1));
    const v = tf.add(tf.mul(moment2, a.beta2), tf.mul(tf.square(gradient), 1 - a.beta2));
    const deviation = tf.add(tf.mul(tf.sqrt(v), a.secondCorrection), a.epsilon);
    return [tf.sub(tf.mul(parameter, a.keep), tf.mul(tf.div(m, deviation), a.stepSize)), m, v];
  },
);

/**
 * AdamW ([Loshchilov and Hutter 2019](https://arxiv.org/abs/1711.05101)), step for step as torch.optim.AdamW.
 *
 * @example
 * ```ts
 * const optimizer = adamW({ weightDecay: 0.01 });
 * optimizer.step(model.parameters(), gradients, 5e-5);
 * ```
 */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  decays = decaysByDefault,
}: AdamWOptions = {}): Optimizer {
  const tensors = new Map<string, tf.Tensor>();
  let steps = 0;
  const optimizer: Optimizer = {
    get state() {
      return { steps, tensors };
    },
    step(parameters, gradients, learningRate) {
      steps++;
      const attributes = {
        beta1,
        beta2,
        epsilon,
        stepSize: learningRate / (1 - beta1 ** steps),
        secondCorrection: 1 / Math.sqrt(1 - beta2 ** steps),
      };
      for (const [name, gradient] of gradients) {
        const parameter = parameters.get(name)!;
        const keep = decays(name) ? 1 - learningRate * weightDecay : 1;
        const moment1 = tensors.get(`moment1.${name}`) ?? tf.zerosLike(gradient);
        const moment2 = tensors.get(`moment2.${name}`) ?? tf.zerosLike(gradient);
        const [updated, m, v] = runAdamW({ parameter, gradient, moment1, moment2 }, { ...attributes, keep }) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        parameter.assign(updated);
        tf.dispose([updated, moment1, moment2]);
        tensors.set(`moment1.${name}`, tf.keep(m));
        tensors.set(`moment2.${name}`, tf.keep(v));
      }
    },
    restore(state) {
      const clones = new Map([...state.tensors].map(([name, tensor]) => [name, tf.keep(tensor.clone())]));
      optimizer.dispose();
      steps = state.steps;
      for (const [name, tensor] of clones) tensors.set(name, tensor);
    },
    dispose() {
      tf.dispose([...tensors.values()]);
      tensors.clear();
      steps = 0;
    },
  };
  return optimizer;
}
