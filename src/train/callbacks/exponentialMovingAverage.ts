import * as tf from '@tensorflow/tfjs-core';
import { TrainingError } from '../../errors.js';
import type { TrainerCallback } from '../callbacks.js';
import { checkOption } from '../checkOption.js';
import type { TrainableModel } from '../model.js';
import { differingWeights, disposeWeights, isSame, keepWeights, putWeights, type Weights } from '../weights.js';

/**
 * Averages the parameters of all steps, the later the more: `average = decay · average + (1 - decay) · parameter` after
 * every step, from the first step's parameters on, as torch's `AveragedModel` with `get_ema_multi_avg_fn` does. The model
 * has the averages in evaluations and when the run has ended, however it ends; in training and in checkpoints, it has its own
 * parameters.
 *
 * Give it before callbacks that keep the best parameters, such as {@link earlyStopping}. It takes the memory of the trained
 * parameters once more.
 *
 * @param options `decay`: [0, 1), default 0.999; an average is of about `1 / (1 - decay)` steps, which should be far fewer
 * than the run has
 * @throws {RangeError} when `decay` is out of range
 *
 * @example
 * ```ts
 * const callbacks = [exponentialMovingAverage({ decay: 0.98 }), earlyStopping({ patience: 3 })];
 * ```
 */
export function exponentialMovingAverage({ decay = 0.999 }: { decay?: number } = {}): TrainerCallback {
  checkOption('decay', decay, decay >= 0 && decay < 1, 'a number in [0, 1)');
  let model: TrainableModel | undefined;
  let averages: Weights | undefined;
  let ownWeights: Weights | undefined;

  return {
    name: 'exponential moving average',
    onTrainBegin({ args, model: trained }) {
      if (args.loadBestModelAtEnd)
        throw new TrainingError(
          'loadBestModelAtEnd would put the best parameters of a step in place of the averages; leave it out, and give earlyStopping() after exponentialMovingAverage().',
        );
      model = trained;
    },
    onStepEnd() {
      if (averages) updateAverages(averages, model!, decay);
      else averages = keepWeights(model!);
    },
    onEvaluateBegin() {
      if (!averages) return;
      ownWeights = keepWeights(model!);
      putWeights(model!, keepWeights(model!, averages));
    },
    onEvaluate() {
      if (ownWeights) putWeights(model!, ownWeights);
      ownWeights = undefined;
    },
    onTrainEnd() {
      disposeWeights(ownWeights); // still there when an evaluation failed
      if (averages) putWeights(model!, averages);
      [model, averages, ownWeights] = [undefined, undefined, undefined];
    },
    save: () => ({ json: averages !== undefined, tensors: averages && differingWeights(model!, averages) }),
    restore({ json: hasAverages, tensors }) {
      if (hasAverages) averages = keepWeights(model!, tensors);
    },
  };
}

function updateAverages(averages: Weights, model: TrainableModel, decay: number): void {
  for (const [name, parameter] of model.parameters()) {
    const average = averages.get(name)!;
    if (isSame(average, parameter)) continue;
    averages.set(name, tf.keep(tf.tidy(() => tf.add(tf.mul(average, decay), tf.mul(parameter, 1 - decay)))));
    average.dispose();
  }
}
