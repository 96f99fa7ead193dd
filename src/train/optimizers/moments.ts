import * as tf from '@tensorflow/tfjs-core';
import { defineKernel } from '../../ops/index.js';
import { checkOption } from '../checkOption.js';
import { withL2 } from './decay.js';
import type { UpdateRule } from './optimizer.js';

/** Settings of the moments that AdamW and Adam keep. */
export interface MomentOptions {
  /** Decay of the first moment, [0, 1). Default 0.9. */
  beta1?: number;
  /** Decay of the second moment, [0, 1). Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment, 0 or more. Default 1e-8. */
  epsilon?: number;
}

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

type Moment = 'moment1' | 'moment2';

/**
 * The rule of AdamW and Adam, whose first and second moments decay. They differ in where the weights decay: beside the
 * update, or in the gradient.
 */
export function momentRule(
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: MomentOptions,
  decay: 'decoupled' | 'gradient',
): UpdateRule<Moment> {
  for (const [name, beta] of Object.entries({ beta1, beta2 }))
    checkOption(name, beta, beta >= 0 && beta < 1, 'a number in [0, 1)');
  checkOption('epsilon', epsilon, epsilon >= 0, 'a number of 0 or more');
  return {
    memory: ['moment1', 'moment2'],
    update({ parameter, gradient, memory }, { rate, steps, weightDecay }) {
      const { moment1 = tf.zerosLike(gradient), moment2 = tf.zerosLike(gradient) } = memory;
      const pulled = decay === 'gradient' ? withL2(gradient, parameter, weightDecay) : gradient;
      return runAdamW(
        { parameter, gradient: pulled, moment1, moment2 },
        {
          beta1,
          beta2,
          epsilon,
          stepSize: rate / (1 - beta1 ** steps),
          secondCorrection: 1 / Math.sqrt(1 - beta2 ** steps),
          keep: decay === 'decoupled' ? 1 - rate * weightDecay : 1,
        },
      );
    },
  };
}
