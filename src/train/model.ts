import type * as tf from '@tensorflow/tfjs-core';
import type { FeatureExtractor } from '../audio/index.js';

export type { FeatureExtractor } from '../audio/index.js';

/** What the Trainer trains: anything with named parameters that turns features into logits. */
export interface TrainableModel {
  /** Class names; the index is the class. */
  readonly labels: readonly string[];
  /** Settings the Trainer looks at: softmax over all classes (the default), or a sigmoid for each. */
  readonly config: { readonly problemType?: 'single_label_classification' | 'multi_label_classification' };
  /** Parameters by name; those with `trainable = false` are left as they are and cost no gradient. */
  parameters(): Map<string, tf.Variable>;
  /** Features [batch, frames, bins] to logits [batch, labels]. `seed` fixes what is random in training; `gradientCheckpointing` may be ignored. */
  forward(
    inputValues: tf.Tensor3D,
    options: { training: boolean; seed?: number; gradientCheckpointing?: boolean },
  ): { logits: tf.Tensor2D };
  /** A penalty on the parameters, such as L2, that is added to the loss of every training batch; a scalar. */
  regularization?(): tf.Scalar;
  /** Writes the model to a directory; needed for `saveModel` only. */
  savePretrained?(directory: string, options?: { extractorConfig?: FeatureExtractor['config'] }): Promise<void>;
}
