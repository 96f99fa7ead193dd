import type { LayersModel } from '@tensorflow/tfjs-layers';
import { TrainingError } from '../errors.js';
import type { Layer, LayerSetting } from './layersOf.js';

/** What turns the scores of each kind of problem into probabilities: what a model may end in beside nothing. */
const endings = { single_label_classification: 'softmax', multi_label_classification: 'sigmoid' } as const;

/** What the Trainer can train for: one class a sound, or any number of them. */
export type ProblemType = keyof typeof endings;

/** An activation of tfjs-layers that leaves its input as it is. */
const identity = { getClassName: () => 'linear', apply: <T>(scores: T): T => scores };

/**
 * The setting under which a model gives scores instead of probabilities: the losses of the Trainer take logits, because
 * the logarithm of a softmax that is already rounded is not exact, or infinite.
 *
 * @throws {TrainingError} for a model that ends in something else
 */
export function logitsSetting(model: LayersModel, problemType: ProblemType): LayerSetting[] {
  const layer = outputLayer(model);
  const className = layer.getClassName();
  const activation = className === 'Softmax' ? 'softmax' : (layer.getConfig()['activation'] ?? 'linear');
  if (activation === 'linear') return [];
  if (activation !== endings[problemType])
    throw new TrainingError(
      `The model ends in ${String(activation)} (layer ${layer.name}); with problemType '${problemType}' it is to give logits, ` +
        `or end in ${endings[problemType]}, which is left out in training.`,
    );
  if (className === 'Softmax') return [{ layer, property: 'softmax', value: identity.apply }];
  return [{ layer, property: 'activation', value: identity }];
}

/** The layer that gives a model's output; of a model within a model, its own. */
function outputLayer(model: LayersModel): Layer {
  const layer = model.outputs[0]!.sourceLayer;
  return 'outputs' in layer ? outputLayer(layer as LayersModel) : layer;
}
