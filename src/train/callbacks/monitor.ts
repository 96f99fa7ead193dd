import { TrainingError } from '../../errors.js';
import type { BestMetric } from '../arguments.js';
import type { TrainerState } from '../callbacks.js';
import { bestMetrics } from '../checkArguments.js';

/** What a callback looks at to tell a better model. */
export interface MonitorOptions {
  /** Default `'evalLoss'`. */
  metric?: BestMetric;
  /** Default: false for the loss, true for all others. */
  greaterIsBetter?: boolean;
}

/** Throws a RangeError for a metric that evaluations do not have. */
export function checkMetric(metric: BestMetric): void {
  if (!bestMetrics.includes(metric))
    throw new RangeError(`Expected metric to be one of ${bestMetrics.join(', ')}; got '${metric}'.`);
}

/** Throws a TrainingError when nothing will be evaluated in the run. */
export function requireEvaluations(callback: string, { args }: TrainerState): void {
  if (args.evalStrategy === 'no')
    throw new TrainingError(
      `${callback} waits for evaluations, and evalStrategy is 'no'; set it to 'epoch', and give an evalDataset.`,
    );
}
