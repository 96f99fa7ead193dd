import { partOf } from '../parameters.js';
import type { AdaptableModel } from './adaptableModel.js';

/** What {@link freeze} leaves as it is. */
export interface FreezeOptions {
  /** How many blocks, counted from the input; `'all'` takes the final layer norm too, so that only the head is left. Default `'all'`. */
  blocks?: number | 'all';
  /** Patch projection, class and distillation tokens, position embeddings. Default true. */
  embeddings?: boolean;
}

/**
 * Stops the lower part of a model from being trained: `freeze(model)` leaves the head alone, `freeze(model, { blocks: 6 })`
 * the upper blocks too. Parameters keep their values and cost neither gradients nor optimizer memory, and of what lies below
 * the first trained part nothing is kept for the backward pass. Freezing adds up; {@link unfreeze} takes all of it back.
 *
 * The final layer norm (`audio_spectrogram_transformer.layernorm`) belongs to the blocks: it is frozen with all of them.
 * With `embeddings: false` the gradient has to go down through every block: that saves little.
 *
 * @throws {RangeError} when the model has fewer blocks
 *
 * @example
 * ```ts
 * freeze(model, { blocks: 6 }); // the lower half of AST-base, and its embeddings
 * console.log(trainableParameters(model).share); // 0.49
 * ```
 */
export function freeze(
  model: Pick<AdaptableModel, 'config' | 'parameters'>,
  { blocks = 'all', embeddings = true }: FreezeOptions = {},
): void {
  const { numHiddenLayers } = model.config;
  const frozenBlocks = blocks === 'all' ? numHiddenLayers : blocks;
  if (!Number.isSafeInteger(frozenBlocks) || frozenBlocks < 0 || frozenBlocks > numHiddenLayers)
    throw new RangeError(`freeze: expected blocks from 0 to ${numHiddenLayers}, or 'all', got ${blocks}.`);
  for (const [name, parameter] of model.parameters()) {
    const part = partOf(name);
    const isFrozen =
      typeof part === 'number'
        ? part < frozenBlocks
        : (part === 'embeddings' && embeddings) || (part === 'layernorm' && frozenBlocks === numHiddenLayers);
    if (isFrozen) parameter.trainable = false;
  }
}

/**
 * Has every parameter of a model trained again.
 *
 * @throws {Error} for a model with `dtype: 'int8'`, which cannot be trained
 *
 * @example
 * ```ts
 * freeze(model); // the head learns first
 * await new Trainer({ model, extractor, trainDataset }).train();
 * unfreeze(model); // then all of it, at a lower rate
 * await new Trainer({ model, extractor, trainDataset, args: { learningRate: 1e-5 } }).train();
 * ```
 */
export function unfreeze(model: Pick<AdaptableModel, 'parameters'>): void {
  train(model, () => true);
}

/**
 * Trains biases and the head only (`BitFit`, [Ben Zaken, Ravfogel and Goldberg 2022](https://arxiv.org/abs/2106.10199)): 0.1 % of
 * AST-base. Biases are those of linear layers, the patch projection and the layer norms; the head is `classifier`, its layer norm included.
 *
 * @throws {Error} for a model with `dtype: 'int8'`, which cannot be trained
 *
 * @example
 * ```ts
 * bitFit(model);
 * await new Trainer({ model, extractor, trainDataset, args: { learningRate: 1e-3 } }).train();
 * ```
 */
export function bitFit(model: Pick<AdaptableModel, 'parameters'>): void {
  train(model, (name) => name.endsWith('.bias') || partOf(name) === 'classifier');
}

function train(model: Pick<AdaptableModel, 'parameters'>, isTrained: (name: string) => boolean): void {
  const parameters = model.parameters();
  if ([...parameters.values()].some(({ dtype }) => dtype === 'int32'))
    throw new Error("A model with dtype: 'int8' is for inference only; load it without dtype to train it.");
  for (const [name, parameter] of parameters) parameter.trainable = isTrained(name);
}
