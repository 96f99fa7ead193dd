import { runElementwise } from './elementwise.js';
import type { Kernel, KernelTable } from './program.js';

/** 28 bytes a parameter, the least there is: four numbers read, three written. */
const adamW: Kernel = (backend, { parameter, gradient, moment1, moment2 }, attributes) => {
  const { beta1, beta2, epsilon, stepSize, secondCorrection, keep } = attributes as Record<string, number>;
  return runElementwise(backend, {
    name: 'AstAdamW',
    inputs: { parameter: parameter!, gradient: gradient!, moment1: moment1!, moment2: moment2! },
    outputs: ['newParameter', 'newMoment1', 'newMoment2'],
    uniforms: {
      beta1: ['f32', beta1!],
      rest1: ['f32', 1 - beta1!],
      beta2: ['f32', beta2!],
      rest2: ['f32', 1 - beta2!],
      epsilon: ['f32', epsilon!],
      stepSize: ['f32', stepSize!],
      secondCorrection: ['f32', secondCorrection!],
      keep: ['f32', keep!],
    },
    body: `
  let g = gradient[i];
  let m = moment1[i] * uniforms.beta1 + g * uniforms.rest1;
  let v = moment2[i] * uniforms.beta2 + g * g * uniforms.rest2;
  let deviation = sqrt(v) * uniforms.secondCorrection + uniforms.epsilon;
  newParameter[i] = parameter[i] * uniforms.keep - m / deviation * uniforms.stepSize;
  newMoment1[i] = m;
  newMoment2[i] = v;`,
  });
};

export const optimizers: KernelTable = { AstAdamW: adamW };
