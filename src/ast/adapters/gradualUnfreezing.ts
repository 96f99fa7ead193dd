import type { AdaptableModel } from './adaptableModel.js';
import { freeze, unfreeze } from './freeze.js';

/** Settings of {@link gradualUnfreezing}. */
export interface GradualUnfreezingOptions {
  /** Epochs until one more block is trained, a positive number; 0.25 is four blocks an epoch. Default 1. */
  every?: number;
  /** How many blocks, counted from the output, are trained at an epoch (with fractions); wins over `every`. */
  schedule?: (epoch: number) => number;
}

/** A callback for the Trainer, see {@link gradualUnfreezing}. */
export interface GradualUnfreezing {
  readonly name: string;
  /** Freezes all but the head, or what else the schedule begins with; of a resumed run, what it was at. */
  onTrainBegin(state: { readonly epoch: number }): void;
  /** Has more trained when it is time. */
  onStepEnd(state: { readonly epoch: number }): void;
}

/**
 * Trains the head first, then with it one block after the other from the output down, and the embeddings last
 * ([Howard and Ruder 2018](https://arxiv.org/abs/1801.06146)): what a layer learned before is not spoilt by gradients of a head that
 * knows nothing yet. A callback for the Trainer; it alone decides what is trained, and leaves the model as it is at the end.
 *
 * @throws {RangeError} when `every` is not positive
 *
 * @example
 * ```ts
 * const callbacks = [gradualUnfreezing(model, { every: 0.25 })];
 * await new Trainer({ model, extractor, trainDataset, args: { numTrainEpochs: 4 }, callbacks }).train();
 * ```
 */
export function gradualUnfreezing(
  model: Pick<AdaptableModel, 'config' | 'parameters'>,
  { every = 1, schedule }: GradualUnfreezingOptions = {},
): GradualUnfreezing {
  if (!(every > 0)) throw new RangeError(`gradualUnfreezing: expected every to be a positive number, got ${every}.`);
  // Epochs are sums of fractions: 3 x 0.1 must count as 0.3.
  const trainedBlocks = schedule ?? ((epoch) => Math.floor(epoch / every + 1e-9));
  const { numHiddenLayers } = model.config;
  let stage: number | undefined;
  const apply = ({ epoch }: { readonly epoch: number }): void => {
    const blocks = trainedBlocks(epoch);
    if (blocks === stage) return;
    stage = blocks;
    unfreeze(model);
    if (blocks <= numHiddenLayers) freeze(model, { blocks: numHiddenLayers - blocks });
  };
  return { name: 'gradual unfreezing', onTrainBegin: apply, onStepEnd: apply };
}
