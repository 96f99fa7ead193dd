import * as tf from '@tensorflow/tfjs-core';
import { DivergenceError } from '../errors.js';
import { type Batch, withInput } from './batches.js';
import { accumulate, clipByGlobalNorm, type Gradients, globalNorm, valueAndGradients } from './gradients.js';
import type { MicroBatch, MicroBatches } from './microBatches.js';
import type { TrainableModel } from './model.js';
import type { Objective } from './objective.js';
import type { Optimizer } from './optimizers/index.js';

/** What is the same in every step of a run. */
export interface StepOptions {
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly microBatches: MicroBatches;
  /** 0 does not clip. */
  readonly maxGradNorm: number;
  /** Compute blocks again in the backward pass instead of keeping what is inside them. */
  readonly gradientCheckpointing: boolean;
  /** Seed of the run, for dropout. */
  readonly seed: number;
}

/**
 * One optimizer step: the gradients of all `batches` averaged, clipped and applied. Loss and norm are read before the
 * update, so that a step that is not a number leaves the parameters as they were.
 *
 * @param step its number, from 1
 */
export async function trainStep(
  model: TrainableModel,
  batches: readonly Batch[],
  options: StepOptions,
  { step, learningRate }: { step: number; learningRate: number },
): Promise<{ loss: number; gradNorm: number }> {
  const parameters = model.parameters();
  const { parts, losses, gradients } = averagedGradients(model, parameters, batches, options, step);
  let clipped = gradients;
  try {
    const read = await readScalars(() => [...losses, globalNorm(gradients)]);
    const gradNorm = read.pop()!;
    const loss = read.reduce((sum, value, i) => sum + value * parts[i]!.share, 0);
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) {
      const broken = parts.filter((_, i) => !Number.isFinite(read[i])).map(({ batch }) => batch);
      const atFault = broken.length > 0 ? broken : batches;
      throw await divergence({ step, learningRate, loss }, atFault, gradients);
    }
    if (options.maxGradNorm > 0) clipped = clipByGlobalNorm(gradients, gradNorm, options.maxGradNorm);
    options.optimizer.step(parameters, clipped, learningRate);
    return { loss, gradNorm };
  } finally {
    tf.dispose([...losses, ...clipped.values()]);
  }
}

/** Losses of the parts of a step, and the mean of their gradients. When memory runs out, again with smaller parts: nothing has moved yet. */
function averagedGradients(
  model: TrainableModel,
  parameters: ReadonlyMap<string, tf.Variable>,
  batches: readonly Batch[],
  options: StepOptions,
  step: number,
): { parts: MicroBatch[]; losses: tf.Scalar[]; gradients: Gradients } {
  for (;;) {
    const parts = options.microBatches.of(batches);
    const losses: tf.Scalar[] = [];
    let gradients: Gradients = new Map();
    let latest: Gradients = new Map();
    try {
      for (const [i, { batch, share }] of parts.entries()) {
        const seed = (options.seed + step) * parts.length + i;
        const { loss, gradients: more } = withGradients(model, parameters, batch, options, seed);
        losses.push(loss);
        latest = more;
        gradients = accumulate(gradients, more, share);
      }
      return { parts, losses, gradients };
    } catch (error) {
      tf.dispose([...losses, ...gradients.values(), ...latest.values()]);
      if (!options.microBatches.shrink(error, step)) throw error;
    }
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
    const result = valueAndGradients(parameters, () => {
      const loss = objective(model.forward(inputValues, { training: true, seed, gradientCheckpointing }).logits, batch);
      return model.regularization ? tf.add<tf.Scalar>(loss, model.regularization()) : loss;
    });
    for (const gradient of result.gradients.values()) tf.keep(gradient);
    found.gradients = result.gradients;
    return result.loss;
  });
  return { loss: value, gradients: found.gradients };
}

/** Makes scalars and reads them in one transfer. */
async function readScalars(make: () => tf.Scalar[]): Promise<number[]> {
  const stacked = tf.tidy(() => tf.stack(make()));
  const values = [...(await stacked.data())];
  stacked.dispose();
  return values;
}

async function divergence(
  { step, learningRate, loss }: { step: number; learningRate: number; loss: number },
  batches: readonly Batch[],
  gradients: Gradients,
): Promise<DivergenceError> {
  const values = await readScalars(() => [...gradients.values()].map((gradient) => tf.norm(gradient) as tf.Scalar));
  const norms = [...gradients.keys()].map((name, i) => [name, values[i]!] as const);
  const size = (norm: number): number => (Number.isFinite(norm) ? norm : Number.POSITIVE_INFINITY);
  norms.sort(([, a], [, b]) => (size(a) === size(b) ? 0 : size(b) - size(a)));
  const ids = batches.flatMap((batch) => batch.ids);
  const broken = norms.filter(([, norm]) => !Number.isFinite(norm)).length;
  const shown = norms.slice(0, 5).map(([name, norm]) => `${name} ${Number(norm.toPrecision(3))}`);
  return new DivergenceError(
    `Training stopped at step ${step}: the loss is ${loss}, and ${broken} of ${norms.length} gradients are not finite. ` +
      `The parameters are as they were before this step. Learning rate ${learningRate}; clips: ${ids.join(', ')}. ` +
      `Gradient norms: ${shown.join(', ')}${norms.length > shown.length ? ', …' : ''}. ` +
      'Try a smaller learning rate or warm-up, and look at these clips.',
    step,
    ids,
    new Map(norms),
  );
}
