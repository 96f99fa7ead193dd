import * as tf from '@tensorflow/tfjs-core';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import { type Batch, type Targets, targetsOf } from './batches.js';
import { binaryCrossEntropyWithLogits, crossEntropy, softCrossEntropy } from './loss.js';
import type { TrainableModel } from './model.js';

/**
 * Mean loss of a batch, a scalar, from logits [batch, labels] and targets: class indices [batch], or a number for each
 * class [batch, labels] for a model with several labels a sound, and for sounds that were mixed.
 */
export type LossFunction = (logits: tf.Tensor2D, targets: Targets) => tf.Scalar;

/** The loss of logits for a batch. */
export type Objective = (logits: tf.Tensor2D, batch: Batch) => tf.Scalar;

/** The loss that fits how the model's labels exclude each other. */
export function objectiveFor(
  model: TrainableModel,
  { labelSmoothingFactor }: TrainingArguments,
  loss: LossFunction | undefined,
): Objective {
  const severalLabels = model.config.problemType === 'multi_label_classification' ? model.labels.length : undefined;
  if (labelSmoothingFactor > 0 && (loss || severalLabels))
    throw new TrainingError(
      'labelSmoothingFactor applies to cross-entropy only; leave it out with a loss of your own or several labels a sound.',
    );
  const oneLabel: LossFunction = (logits, targets) =>
    targets.rank === 1
      ? crossEntropy(logits, targets as tf.Tensor1D, labelSmoothingFactor)
      : softCrossEntropy(logits, smooth(targets as tf.Tensor2D, labelSmoothingFactor));
  const sigmoids: LossFunction = (logits, targets) => binaryCrossEntropyWithLogits(logits, targets as tf.Tensor2D);
  const fitting = loss ?? (severalLabels ? sigmoids : oneLabel);
  return (logits, batch) => fitting(logits, targetsOf(batch, severalLabels));
}

/** Takes a share of each target, [batch, labels], and spreads it over all classes. */
function smooth(targets: tf.Tensor2D, share: number): tf.Tensor2D {
  return share === 0 ? targets : tf.add(tf.mul(targets, 1 - share), share / targets.shape[1]);
}
