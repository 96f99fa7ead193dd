import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { FeatureExtractor } from '../audio/index.js';
import { TrainingError } from '../errors.js';
import type { TrainableModel } from '../train/index.js';
import { checkLayers, dropoutSeeds } from './dropout.js';
import { type InputAxes, inputLayout } from './inputLayout.js';
import { layersOf, withSettings } from './layersOf.js';
import { logitsSetting, type ProblemType } from './logits.js';
import { stableNames } from './parameterNames.js';
import { writeLayersModel } from './writeLayersModel.js';

/** Settings of {@link fromLayersModel}. */
export interface LayersModelOptions {
  /** Class names, one for each output of the model. */
  readonly labels: readonly string[];
  /** What the model's input begins with after the batch: `[batch, frames, bins, 1]` or `[batch, bins, frames, 1]`. Default `'frames-bins'`. */
  readonly inputAxes?: InputAxes;
  /** One class a sound (softmax, the default), or any number of them (sigmoid). */
  readonly problemType?: ProblemType;
  /** Settings of the features that the model was trained on, which are saved with it. */
  readonly extractorConfig?: FeatureExtractor['config'];
}

/** A LayersModel as the Trainer takes it. */
export interface TrainableLayersModel extends TrainableModel {
  /** The model itself. */
  readonly layersModel: LayersModel;
  /** Settings of the features that the model was trained on, where they are known. */
  readonly extractorConfig: FeatureExtractor['config'];
  /**
   * Writes `model.json` and `weights.bin`, the format of tfjs-layers, which `tf.loadLayersModel` and
   * {@link layersModelFromPretrained} load; labels and settings are in its `userDefinedMetadata`. Each file is written
   * whole or not at all.
   */
  savePretrained(directory: string, options?: { extractorConfig?: FeatureExtractor['config'] }): Promise<void>;
  /** Frees the weights of the model. */
  dispose(): void;
}

/**
 * Lets the Trainer train a model of [tfjs-layers](https://js.tensorflow.org/api/latest/#Models): built with `tf.sequential`
 * or `tf.model`, or loaded, e.g. converted from Keras. It stays the same model, with the same weights; its `predict` works as before.
 *
 * - **Input**: spectrograms as [batch, frames, bins, 1] or [batch, frames, bins]; with `inputAxes: 'bins-frames'` turned.
 * - **Output**: [batch, labels]. A softmax at the end (a sigmoid for several labels a sound) is left out when the Trainer
 *   asks, because its losses take logits; `layersModel.predict` and the saved model still give probabilities.
 * - **Parameters** are the model's own variables: `layer.trainable = false` freezes them. Moving averages of batch
 *   normalisation are among them, not trainable, so that checkpoints have them; a training pass updates them, frozen or not.
 * - **Dropout** follows from the Trainer's seed. Regularizers are `regularization()`, which the Trainer adds to the loss.
 * - The model need not be compiled: optimizer and loss are the Trainer's.
 *
 * @throws {TrainingError} when the model has several inputs or outputs, their shapes are others, it ends in another activation,
 * or it has layers whose random numbers no seed repeats (GaussianNoise, dropout inside recurrent layers) or constraints
 *
 * @example
 * ```ts
 * const network = tf.sequential({ layers: [
 *   tf.layers.conv2d({ inputShape: [215, 128, 1], filters: 32, kernelSize: 3, activation: 'relu' }),
 *   tf.layers.globalAveragePooling2d({}),
 *   tf.layers.dense({ units: dataset.labels.length, activation: 'softmax' }),
 * ] });
 * const model = fromLayersModel(network, { labels: dataset.labels });
 * await new Trainer({ model, extractor: new LogMelExtractor(), trainDataset: dataset }).train();
 * ```
 */
export function fromLayersModel(layersModel: LayersModel, options: LayersModelOptions): TrainableLayersModel {
  const { inputAxes = 'frames-bins', problemType = 'single_label_classification', extractorConfig } = options;
  const labels = [...options.labels];
  checkOutput(layersModel, labels);
  const layers = layersOf(layersModel);
  checkLayers(layers);
  const { arrange } = inputLayout(layersModel, inputAxes);
  const noActivation = logitsSetting(layersModel, problemType);
  // Not in the order of `layersModel.weights`, which changes when a layer is frozen.
  const weights = [...new Set(layers.flatMap((layer) => layer.weights))];
  const names = stableNames(weights.map(({ originalName }) => originalName));
  const hasRegularizers = layers.some(({ losses }) => losses.length > 0);

  return {
    layersModel,
    labels,
    config: { problemType },
    extractorConfig,
    // tfjs-layers says that `read` gives a tensor; it is the variable.
    parameters: () => new Map(weights.map((weight, i) => [names[i]!, weight.read() as tf.Variable])),
    forward: (inputValues, { training, seed = 0 }) =>
      tf.tidy(() => {
        const settings = training ? [...noActivation, ...dropoutSeeds(layers, seed)] : noActivation;
        const input = arrange(inputValues);
        return { logits: withSettings(settings, () => layersModel.apply(input, { training })) as tf.Tensor2D };
      }),
    ...(hasRegularizers && {
      regularization: () => tf.tidy(() => tf.addN(layers.flatMap((layer) => layer.calculateLosses()))),
    }),
    savePretrained: (directory, { extractorConfig: trainedOn = extractorConfig } = {}) =>
      writeLayersModel(layersModel, directory, { labels, problemType, inputAxes, extractorConfig: trainedOn }),
    dispose: () => void layersModel.dispose(),
  };
}

function checkOutput({ outputs }: LayersModel, labels: readonly string[]): void {
  const [output] = outputs;
  if (outputs.length === 1 && output!.shape.length === 2 && output!.shape[1] === labels.length) return;
  throw new TrainingError(
    `Expected a model with one output of shape [batch, ${labels.length}], a score for each of the ${labels.length} labels; ` +
      `got ${outputs.map(({ shape }) => `[${shape.map((side) => side ?? 'batch').join(', ')}]`).join(' and ')}.`,
  );
}
