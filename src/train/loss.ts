import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean cross-entropy between logits and one class a row, as torch's `cross_entropy`. With weights, the mean is weighted:
 * divided by the sum of the weights of the rows' classes.
 *
 * @param logits [batch, classes]
 * @param labels class indices, [batch], int32
 * @param labelSmoothing share of the target spread evenly over all classes, [0, 1)
 * @param classWeights how much each class counts, [classes], e.g. {@link balancedClassWeights}; default: all the same
 * @returns a scalar, in nats; NaN when all rows are of classes with weight 0
 * @throws {RangeError} when there is not one weight of 0 or more for each class
 *
 * @example
 * ```ts
 * const loss = crossEntropy(model.forward(inputValues).logits, tf.tensor1d([0, 3], 'int32'), 0.1);
 * ```
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  labelSmoothing = 0,
  classWeights?: readonly number[],
): tf.Scalar {
  return tf.tidy(() => {
    const [rows, classes] = logits.shape;
    const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32') as tf.Tensor2D;
    const targets = labelSmoothing > 0 ? tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes) : oneHot;
    const loss = softCrossEntropy(logits, targets as tf.Tensor2D, classWeights);
    return classWeights ? tf.mul(loss, tf.div(rows, tf.sum(tf.mul(oneHot, [...classWeights])))) : loss;
  });
}

/**
 * Mean cross-entropy between logits and probabilities, as torch's `cross_entropy` with soft labels. With weights, the mean
 * is over the rows all the same.
 *
 * @param logits [batch, classes]
 * @param targets probabilities, [batch, classes]
 * @param classWeights how much each class counts, [classes]; default: all the same
 * @returns a scalar, in nats
 * @throws {RangeError} when there is not one weight of 0 or more for each class
 *
 * @example
 * ```ts
 * const loss = softCrossEntropy(logits, tf.tensor2d([[0.7, 0.3, 0]])); // mixed sounds
 * ```
 */
export function softCrossEntropy(
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  classWeights?: readonly number[],
): tf.Scalar {
  if (classWeights) checkClassWeights(classWeights, logits.shape[1]);
  return tf.tidy(() => {
    const weighted = classWeights ? tf.mul(targets, [...classWeights]) : targets;
    return tf.neg(tf.mean(tf.sum(tf.mul(weighted, tf.logSoftmax(logits)), -1))) as tf.Scalar;
  });
}

function checkClassWeights(weights: readonly number[], classes: number): void {
  const fits =
    weights.length === classes && weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY);
  if (!fits)
    throw new RangeError(`Expected a weight of 0 or more for each of ${classes} classes, got [${weights.join(', ')}].`);
}

/**
 * Mean binary cross-entropy of every class on its own, as torch's `binary_cross_entropy_with_logits`: for sounds with
 * several labels.
 *
 * @param logits [batch, classes]
 * @param targets 0 or 1 (or between), [batch, classes]
 * @returns a scalar, in nats
 *
 * @example
 * ```ts
 * const loss = binaryCrossEntropyWithLogits(logits, tf.tensor2d([[1, 0, 1]])); // rain and wind at once
 * ```
 */
export function binaryCrossEntropyWithLogits(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  // max(x, 0) - x z + log(1 + exp(-|x|)) does not overflow.
  return tf.tidy(() => {
    const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
    return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), softplus)) as tf.Scalar;
  });
}
