import { patchGrid } from '../config.js';
import type { ForwardOptions } from '../forwardPass.js';
import { choosePatches, type PatchoutOptions } from '../patches.js';
import type { AdaptableModel } from './adaptableModel.js';

/** A model whose training drops patches. */
export interface PatchoutModel extends AdaptableModel {
  /** Tokens of a forward pass in training, and otherwise: attention and memory shrink with them. */
  readonly tokens: { readonly training: number; readonly inference: number };
}

/**
 * Drops whole columns and rows of the patch grid in training (structured Patchout of PaSST,
 * [Koutini et al. 2022](https://arxiv.org/abs/2110.05069)): others in each step, the same for all clips of a batch. It saves the
 * arithmetic and memory of the tokens that are gone, and keeps a model from leaning on single patches. Position embeddings go with
 * their patches. Evaluation sees all of them. The weights are the model's own: `savePretrained` and `classify` work as ever.
 *
 * @param options `time`: columns to drop, `frequency`: rows; PaSST takes 40 of 99 and 4 of 12 for 10 s of AudioSet
 * @throws {RangeError} when no patch would be left; the message says how many rows and columns there are
 *
 * @example
 * ```ts
 * const lighter = patchout(model, { time: 20, frequency: 4 }); // of 50 x 12: 242 tokens instead of 602
 * await new Trainer({ model: lighter, extractor, trainDataset }).train();
 * await model.savePretrained('my-sounds');
 * ```
 */
export function patchout(model: AdaptableModel, options: PatchoutOptions): PatchoutModel {
  const { time, frequency } = choosePatches(model.config, options, 0);
  const grid = patchGrid(model.config);
  return {
    labels: model.labels,
    config: model.config,
    tokens: { training: 2 + time.length * frequency.length, inference: 2 + grid.time * grid.frequency },
    parameters: () => model.parameters(),
    forward: (inputValues, forwardOptions: ForwardOptions = {}) =>
      model.forward(inputValues, { ...forwardOptions, patchout: options }),
    savePretrained: (directory, saveOptions) => model.savePretrained(directory, saveOptions),
  };
}
