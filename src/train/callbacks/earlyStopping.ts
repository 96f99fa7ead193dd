import { TrainingError } from '../../errors.js';
import type { CallbackMemory, TrainerCallback } from '../callbacks.js';
import { checkOption } from '../checkOption.js';
import type { TrainableModel } from '../model.js';
import { differingWeights, disposeWeights, keepWeights, putWeights, type Weights } from '../weights.js';
import { checkMetric, type MonitorOptions, requireEvaluations } from './monitor.js';

/** Settings of {@link earlyStopping}. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** How many evaluations in a row may bring nothing before the run ends, from 1. Default 1. */
  patience?: number;
  /** By how much more than nothing the metric must be better than the best before, to count. Default 0. */
  threshold?: number;
  /** Whether the run, however it ends, leaves the model with the parameters of its best evaluation. Default true. */
  restoreBestWeights?: boolean;
}

interface Memory {
  best?: number;
  waited: number;
  hasWeights: boolean;
}

/**
 * Ends a run that no longer gets better, as transformers' `EarlyStoppingCallback`, and leaves the model as it was at its
 * best, as Keras's `EarlyStopping` can. The best parameters are kept in memory, and in checkpoints: those that moved since.
 *
 * With {@link exponentialMovingAverage}, give that one first: the averages are then what is evaluated, kept and restored.
 *
 * @throws {RangeError} for an unknown metric, a `patience` that is no positive integer, or a negative `threshold`
 *
 * @example
 * ```ts
 * const callbacks = [earlyStopping({ patience: 3, metric: 'evalMacroF1' })];
 * new Trainer({ model, extractor, trainDataset, evalDataset, callbacks, args: { numTrainEpochs: 50 } });
 * ```
 */
export function earlyStopping({
  patience = 1,
  threshold = 0,
  metric = 'evalLoss',
  greaterIsBetter = metric !== 'evalLoss',
  restoreBestWeights = true,
}: EarlyStoppingOptions = {}): TrainerCallback {
  checkMetric(metric);
  checkOption('patience', patience, Number.isSafeInteger(patience) && patience >= 1, 'a positive integer');
  checkOption('threshold', threshold, threshold >= 0, 'a number of 0 or more');
  const sign = greaterIsBetter ? 1 : -1;
  let best: number | undefined;
  let waited = 0;
  let model: TrainableModel | undefined;
  let evaluated: Weights | undefined;
  let bestWeights: Weights | undefined;

  return {
    name: 'early stopping',
    onTrainBegin(state) {
      requireEvaluations('earlyStopping', state);
      model = state.model;
    },
    onEvaluateBegin() {
      // What is evaluated; when that is over, others may have changed it back.
      if (restoreBestWeights) evaluated = keepWeights(model!);
    },
    onEvaluate(state) {
      const value = state.evaluations.at(-1)![metric];
      const improvement = sign * (value - (best ?? -sign * Number.POSITIVE_INFINITY));
      waited = improvement > threshold ? 0 : waited + 1;
      if (improvement > 0) {
        best = value;
        [bestWeights, evaluated] = [evaluated, bestWeights];
      }
      disposeWeights(evaluated);
      evaluated = undefined;
      if (waited >= patience) state.shouldStop = true;
    },
    onTrainEnd() {
      if (bestWeights) putWeights(model!, bestWeights);
      disposeWeights(evaluated);
      [best, waited, model, evaluated, bestWeights] = [undefined, 0, undefined, undefined, undefined];
    },
    save(): CallbackMemory {
      const json: Memory = { best, waited, hasWeights: bestWeights !== undefined };
      return { json, tensors: bestWeights && differingWeights(model!, bestWeights) };
    },
    restore({ json, tensors }, state) {
      const memory = json as Memory;
      if (restoreBestWeights && memory.best !== undefined && !memory.hasWeights)
        throw new TrainingError(
          'The checkpoint was written without restoreBestWeights; resume with earlyStopping({ restoreBestWeights: false }).',
        );
      ({ best, waited } = memory);
      if (restoreBestWeights && memory.hasWeights) bestWeights = keepWeights(state.model, tensors);
    },
  };
}
