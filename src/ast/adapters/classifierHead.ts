import * as tf from '@tensorflow/tfjs-core';
import { classify } from '../layers.js';
import type { ASTForAudioClassification } from '../model.js';
import { parameterTree, partOf } from '../parameters.js';

/** The head of a model, see {@link classifierHead}. */
export interface ClassifierHead
  extends Pick<ASTForAudioClassification, 'labels' | 'config' | 'parameters' | 'savePretrained'> {
  /** Embeddings [batch, 1, hidden] to logits [batch, labels]. */
  forward(embeddings: tf.Tensor3D): { logits: tf.Tensor2D };
}

/**
 * The head of a model as a model of its own, for sounds that went through the encoder before (`embedDataset`): an epoch of a
 * thousand clips takes a second. Its parameters are the model's, so what it learns the model knows, and `savePretrained` writes
 * the whole model. The same numbers as `freeze(model)` gives, without augmentation.
 *
 * @returns a model that takes embeddings [batch, 1, hidden] instead of spectrograms
 * @throws {Error} when an adapter is on the model: its head is not the model's own
 *
 * @example
 * ```ts
 * const trainDataset = await embedDataset(model, extractor, await loadDataset('./sounds', { split: 'train' }));
 * const trainer = new Trainer({ model: classifierHead(model), extractor, trainDataset, args: { numTrainEpochs: 50, learningRate: 1e-3 } });
 * await trainer.train();
 * await model.savePretrained('my-sounds');
 * ```
 */
export function classifierHead(model: ASTForAudioClassification): ClassifierHead {
  if (model.adapter)
    throw new Error(
      'The model has an adapter, with a head of its own: merge() or remove() it before the head is trained.',
    );
  const { labels, config } = model;
  const parameters = model.parameters();
  const tree = parameterTree(parameters, config);
  return {
    labels,
    config,
    parameters: () => new Map([...parameters].filter(([name]) => partOf(name) === 'classifier')),
    forward(embeddings) {
      const [batch, rows, hidden] = embeddings.shape;
      if (rows !== 1 || hidden !== config.hiddenSize)
        throw new RangeError(
          `A head takes embeddings [batch, 1, ${config.hiddenSize}], got [${embeddings.shape.join(', ')}]. ` +
            'Make them with embedDataset(model, extractor, dataset), also for evaluation.',
        );
      return { logits: tf.tidy(() => classify(tree, tf.reshape(embeddings, [batch, hidden]), config)) };
    },
    savePretrained: (directory, options) => model.savePretrained(directory, options),
  };
}
