import * as tf from '@tensorflow/tfjs-core';
import { TrainingError } from '../errors.js';
import { type Batch, withInput } from './batches.js';
import { accumulate, clipByGlobalNorm, type Gradients, globalNorm, valueAndGradients } from './gradients.js';
import type { TrainableModel } from './model.js';
import type { Objective } from './objective.js';
import type { Optimizer } from './optimizers/index.js';

export interface StepOptions {
  objective: Objective;
  optimizer: Optimizer;
  learningRate: number;
  /** 0 does not clip. */
  maxGradNorm: number;
  /** Number of the step, from 1, for messages. */
  step: number;
  /** Seed of dropout. */
  seed: number;
  /** Compute blocks again in the backward pass instead of keeping what is inside them. */
  gradientCheckpointing: boolean;
}

/**
 * One optimizer step: the gradients of all `batches` averaged, clipped and applied. Loss and norm are read before the
 * update, so that a step that is not a number leaves the parameters as they were.
 */
export async function trainStep(
  model: TrainableModel,
  batches: readonly Batch[],
  options: StepOptions,
): Promise<{ loss: number; gradNorm: number }> {
  const parameters = model.parameters();
  const losses: tf.Scalar[] = [];
  let gradients: Gradients = new Map();
  try {
    for (const [i, batch] of batches.entries()) {
      const more = withGradients(model, parameters, batch, options, options.seed * batches.length + i);
      losses.push(more.loss);
      gradients = accumulate(gradients, more.gradients, 1 / batches.length);
    }
    const [loss, gradNorm] = await readScalars([
      tf.tidy(() => tf.div(tf.addN(losses), losses.length)),
      globalNorm(gradients),
    ]);
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm))
      throw new TrainingError(await describeDivergence(options, batches, loss!, gradients));
    if (options.maxGradNorm > 0) gradients = clipByGlobalNorm(gradients, gradNorm!, options.maxGradNorm);
    options.optimizer.step(parameters, gradients, options.learningRate);
    return { loss: loss!, gradNorm: gradNorm! };
  } finally {
    tf.dispose([...losses, ...gradients.values()]);
  }
}

function withGradients(
  model: TrainableModel,
  parameters: ReadonlyMap<string, tf.Variable>,
  batch: Batch,
  { objective, gradientCheckpointing }: StepOptions,
  seed: number,
): { loss: tf.Scalar; gradients: Gradients } {
  const found: { gradients: Gradients } = { gradients: new Map() };
  const value = withInput(batch, (inputValues) => {
    const result = valueAndGradients(parameters, () =>
      objective(model.forward(inputValues, { training: true, seed, gradientCheckpointing }).logits, batch),
    );
    for (const gradient of result.gradients.values()) tf.keep(gradient);
    found.gradients = result.gradients;
    return result.loss;
  });
  return { loss: value, gradients: found.gradients };
}

/** Reads scalars in one transfer, and disposes them. */
async function readScalars(scalars: tf.Scalar[]): Promise<number[]> {
  const stacked = tf.stack(scalars);
  tf.dispose(scalars);
  const values = [...(await stacked.data())];
  stacked.dispose();
  return values;
}

async function describeDivergence(
  { step, learningRate }: StepOptions,
  batches: readonly Batch[],
  loss: number,
  gradients: Gradients,
): Promise<string> {
  const bad: string[] = [];
  for (const [name, gradient] of gradients) {
    const norm = tf.tidy(() => tf.norm(gradient));
    const [value] = await norm.data();
    norm.dispose();
    if (!Number.isFinite(value)) bad.push(name);
  }
  return (
    `Training stopped at step ${step}: the loss is ${loss}` +
    `${bad.length > 0 ? `, and ${bad.length} of ${gradients.size} gradients are not finite, the first is ${bad[0]}` : ''}. ` +
    `The parameters are as they were before this step. Learning rate ${learningRate}; clips: ${batches.flatMap((batch) => batch.ids).join(', ')}. ` +
    'Try a smaller learning rate or warm-up, and look at these clips.'
  );
}
