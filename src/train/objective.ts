import * as tf from '@tensorflow/tfjs-core';
import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import { type Batch, type Targets, targetsOf } from './batches.js';
import { balancedClassWeights } from './classWeights.js';
import { binaryCrossEntropyWithLogits, crossEntropy, softCrossEntropy } from './loss.js';
import type { TrainableModel } from './model.js';

/**
 * Mean loss of a batch, a scalar, from logits [batch, labels] and targets: class indices [batch], or a number for each
 * class [batch, labels] for a model with several labels a sound, and for sounds that were mixed.
 */
export type LossFunction = (logits: tf.Tensor2D, targets: Targets) => tf.Scalar;

/** The loss of logits for a batch. */
export type Objective = (logits: tf.Tensor2D, batch: Batch) => tf.Scalar;

export interface Objectives {
  readonly training: Objective;
  /** Without class weights. */
  readonly evaluation: Objective;
  /** How much a part of a batch counts in the batch's training loss. */
  weigh(batch: Batch): number;
}

/** The loss that fits how the model's labels exclude each other. */
export function objectivesFor(
  model: TrainableModel,
  args: TrainingArguments,
  { loss, trainDataset }: { loss?: LossFunction; trainDataset?: AudioDataset },
): Objectives {
  const labels = model.labels.length;
  const severalLabels = model.config.problemType === 'multi_label_classification' ? labels : undefined;
  const { labelSmoothingFactor: smoothing, classWeights } = args;
  for (const name of ['labelSmoothingFactor', 'classWeights'] as const)
    if (args[name] && (loss || severalLabels))
      throw new TrainingError(
        `${name} applies to cross-entropy only; leave it out with a loss of your own or several labels a sound.`,
      );
  if (Array.isArray(classWeights) && classWeights.length !== labels)
    throw new TrainingError(
      `Training argument classWeights: expected ${labels} numbers, one for each class of the model; got ${classWeights.length}.`,
    );

  const oneLabel =
    (weights: readonly number[] | undefined): LossFunction =>
    (logits, targets) =>
      targets.rank === 1
        ? crossEntropy(logits, targets as tf.Tensor1D, smoothing, weights)
        : softCrossEntropy(logits, smooth(targets as tf.Tensor2D, smoothing), weights);
  const sigmoids: LossFunction = (logits, targets) => binaryCrossEntropyWithLogits(logits, targets as tf.Tensor2D);
  const objective =
    (fitting: LossFunction): Objective =>
    (logits, batch) =>
      fitting(logits, targetsOf(batch, severalLabels));
  const weights = classWeights === 'balanced' ? trainDataset && balancedWeights(trainDataset) : classWeights;
  return {
    training: objective(loss ?? (severalLabels ? sigmoids : oneLabel(weights))),
    evaluation: objective(loss ?? (severalLabels ? sigmoids : oneLabel(undefined))),
    weigh: ({ labels, mixed }) =>
      weights && !mixed ? labels.reduce((sum, label) => sum + weights[label]!, 0) : labels.length,
  };
}

function balancedWeights(dataset: AudioDataset): number[] {
  const labels = Array.from({ length: dataset.length }, (_, index) => dataset.labelOf(index));
  const missing = dataset.labels.find((_, label) => !labels.includes(label));
  if (missing !== undefined)
    throw new TrainingError(
      `classWeights: 'balanced' needs clips of every class; ${dataset.name} has none of ${missing}. Give the weights as numbers.`,
    );
  return balancedClassWeights(labels, dataset.labels.length);
}

/** Takes a share of each target, [batch, labels], and spreads it over all classes. */
function smooth(targets: tf.Tensor2D, share: number): tf.Tensor2D {
  return share === 0 ? targets : tf.add(tf.mul(targets, 1 - share), share / targets.shape[1]);
}
