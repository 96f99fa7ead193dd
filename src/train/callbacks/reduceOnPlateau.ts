import type { TrainerCallback } from '../callbacks.js';
import { checkOption } from '../checkOption.js';
import { checkMetric, type MonitorOptions, requireEvaluations } from './monitor.js';

/** Settings of {@link reduceOnPlateau}. */
export interface ReduceOnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, (0, 1). Default 0.1. */
  factor?: number;
  /** How many evaluations in a row may bring nothing: the rate falls at the one after these. Default 10. */
  patience?: number;
  /** By how much the metric must be better than the best before, to count. Default 1e-4. */
  threshold?: number;
  /** Whether the threshold is a share of the best (`'rel'`) or a difference (`'abs'`). Default `'rel'`. */
  thresholdMode?: 'rel' | 'abs';
  /** Evaluations after a fall in which nothing is counted. Default 0. */
  cooldown?: number;
  /** Where the rate stops falling. Default 0. */
  minRate?: number;
  /** A fall by no more than this is left out. Default 1e-8. */
  epsilon?: number;
}

interface Memory {
  best?: number;
  waited: number;
  cooling: number;
}

/**
 * Lowers the learning rate when evaluations no longer get better: torch's `ReduceLROnPlateau`, with its numbers. It is a
 * factor on whatever the schedule gives; `lrSchedulerType: 'reduce_lr_on_plateau'` gives a constant.
 *
 * @throws {RangeError} when an option is out of range
 *
 * @example
 * ```ts
 * const callbacks = [reduceOnPlateau({ factor: 0.5, patience: 2, minRate: 1e-6 })];
 * new Trainer({ model, extractor, trainDataset, evalDataset, callbacks, args: { lrSchedulerType: 'constant' } });
 * ```
 */
export function reduceOnPlateau({
  metric = 'evalLoss',
  greaterIsBetter = metric !== 'evalLoss',
  factor = 0.1,
  patience = 10,
  threshold = 1e-4,
  thresholdMode = 'rel',
  cooldown = 0,
  minRate = 0,
  epsilon = 1e-8,
}: ReduceOnPlateauOptions = {}): TrainerCallback {
  checkMetric(metric);
  checkOption('factor', factor, factor > 0 && factor < 1, 'a number in (0, 1)');
  for (const [name, count] of Object.entries({ patience, cooldown }))
    checkOption(name, count, Number.isSafeInteger(count) && count >= 0, 'an integer of 0 or more');
  for (const [name, value] of Object.entries({ threshold, minRate, epsilon }))
    checkOption(name, value, value >= 0, 'a number of 0 or more');
  if (!['rel', 'abs'].includes(thresholdMode))
    throw new RangeError(`Expected thresholdMode to be 'rel' or 'abs', got '${thresholdMode}'.`);
  const sign = greaterIsBetter ? 1 : -1;
  const bar = (best: number): number =>
    thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
  const atStart = { best: undefined, waited: 0, cooling: 0 };
  let memory: Memory = atStart;

  return {
    name: 'reduce on plateau',
    onTrainBegin: (state) => requireEvaluations('reduceOnPlateau', state),
    onEvaluate(state) {
      let { best, waited, cooling } = memory;
      const value = state.evaluations.at(-1)![metric];
      if (sign * (value - bar(best ?? -sign * Number.POSITIVE_INFINITY)) > 0) [best, waited] = [value, 0];
      else waited++;
      if (cooling > 0) [cooling, waited] = [cooling - 1, 0];
      if (waited > patience) {
        const peak = state.args.learningRate;
        const rate = peak * state.learningRateFactor;
        const lower = Math.max(rate * factor, minRate);
        if (rate - lower > epsilon) state.learningRateFactor = lower / peak;
        [cooling, waited] = [cooldown, 0];
      }
      memory = { best, waited, cooling };
    },
    onTrainEnd() {
      memory = atStart;
    },
    save: () => ({ json: memory }),
    restore({ json }) {
      memory = json as Memory;
    },
  };
}
