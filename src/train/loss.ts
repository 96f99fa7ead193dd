import * as tf from '@tensorflow/tfjs-core';

/**
 * Mean cross-entropy between logits and one class a row, as torch's `cross_entropy`.
 *
 * @param logits [batch, classes]
 * @param labels class indices, [batch], int32
 * @param labelSmoothing share of the target spread evenly over all classes, [0, 1)
 * @returns a scalar, in nats
 * @example
 * ```ts
 * const loss = crossEntropy(model.forward(inputValues).logits, tf.tensor1d([0, 3], 'int32'), 0.1);
 * ```
 */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, labelSmoothing = 0): tf.Scalar {
  return tf.tidy(() => {
    const classes = logits.shape[1];
    const oneHot = tf.cast(tf.oneHot(labels, classes), 'float32');
    const targets = labelSmoothing > 0 ? tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes) : oneHot;
    return softCrossEntropy(logits, targets as tf.Tensor2D);
  });
}

/**
 * Mean cross-entropy between logits and probabilities, as torch's `cross_entropy` with soft labels.
 *
 * @param logits [batch, classes]
 * @param targets probabilities, [batch, classes]
 * @returns a scalar, in nats
 *
 * @example
 * ```ts
 * const loss = softCrossEntropy(logits, tf.tensor2d([[0.7, 0.3, 0]])); // mixed sounds
 * ```
 */
export function softCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1))) as tf.Scalar);
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
