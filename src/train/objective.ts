import type * as tf from '@tensorflow/tfjs-core';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import { type Batch, type Targets, targetsOf } from './batches.js';
import { binaryCrossEntropyWithLogits, crossEntropy } from './loss.js';
import type { TrainableModel } from './model.js';

/**
 * Mean loss of a batch, a scalar, from logits [batch, labels] and targets: class indices [batch], or 0s and 1s
 * [batch, labels] for a model with several labels a sound.
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
  const fitting: LossFunction =
    loss ??
    (severalLabels
      ? (logits, targets) => binaryCrossEntropyWithLogits(logits, targets as tf.Tensor2D)
      : (logits, targets) => crossEntropy(logits, targets as tf.Tensor1D, labelSmoothingFactor));
  return (logits, batch) => fitting(logits, targetsOf(batch, severalLabels));
}
