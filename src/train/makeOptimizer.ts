import type { TrainingArguments } from './arguments.js';
import type { TrainableModel } from './model.js';
import { adam, adamW, layerwiseDecay, type Optimizer, sgd } from './optimizers/index.js';

/** The optimizer that the arguments name, with their settings. One that the caller made is given back as it is. */
export function makeOptimizer(args: TrainingArguments, model: TrainableModel): Optimizer {
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, weightDecay, optimizer } = args;
  if (typeof optimizer !== 'string') return optimizer;
  const { layerwiseLearningRateDecay: factor } = args;
  const rateOf = factor === 1 ? undefined : layerwiseDecay(model.parameters().keys(), factor);
  if (optimizer === 'sgd') return sgd({ weightDecay, rateOf });
  return (optimizer === 'adam' ? adam : adamW)({ beta1, beta2, epsilon, weightDecay, rateOf });
}
