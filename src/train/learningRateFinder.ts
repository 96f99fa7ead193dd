import { DivergenceError, TrainingError } from '../errors.js';
import type { TrainerCallback } from './callbacks.js';
import { checkOption } from './checkOption.js';
import { formatSweep, type LearningRateSweep } from './learningRateSweep.js';
import { Trainer, type TrainerOptions } from './trainer.js';
import { keepWeights, putWeights } from './weights.js';

/** What {@link learningRateFinder} tries rates on: a Trainer's options, and the sweep. */
export interface LearningRateFinderOptions extends Omit<TrainerOptions, 'evalDataset' | 'callbacks'> {
  /** First rate. Default 1e-7. */
  startLearningRate?: number;
  /** Rate that the last step would have. Default 10. */
  endLearningRate?: number;
  /** Steps of the sweep, 10 or more. Default 100. */
  numSteps?: number;
  /** The sweep ends when the smoothed loss is more than this times the least so far. Default 4. */
  divergence?: number;
}

/** Share of the smoothed loss that stays from step to step, as in fast.ai. */
const SMOOTHING = 0.98;

/**
 * Finds a learning rate to begin with: trains with rates that grow from step to step, from far too small to far too large,
 * until the loss diverges ([Smith 2017](https://arxiv.org/abs/1506.01186)), with the numbers of fast.ai's `lr_find` and its
 * suggestion `valley`. The model gets back the parameters that it came with.
 *
 * The steps are a Trainer's: its `args` apply (batch size, optimizer, clipping, seed), but for those that say how long it
 * trains, how the rate changes, and what is evaluated or saved.
 *
 * @throws {RangeError} when a number of the sweep is out of range
 * @throws {TrainingError} for all that a Trainer refuses, and when the first steps diverge already
 *
 * @example
 * ```ts
 * const sweep = await learningRateFinder({ model, extractor, trainDataset, args: { perDeviceTrainBatchSize: 16 } });
 * console.log(String(sweep));
 * new Trainer({ model, extractor, trainDataset, args: { learningRate: sweep.suggestion } });
 * ```
 */
export async function learningRateFinder({
  startLearningRate = 1e-7,
  endLearningRate = 10,
  numSteps = 100,
  divergence = 4,
  ...options
}: LearningRateFinderOptions): Promise<LearningRateSweep> {
  checkOption('startLearningRate', startLearningRate, startLearningRate > 0, 'a positive number');
  checkOption('endLearningRate', endLearningRate, endLearningRate > startLearningRate, `above ${startLearningRate}`);
  checkOption('numSteps', numSteps, Number.isSafeInteger(numSteps) && numSteps >= 10, 'an integer of 10 or more');
  checkOption('divergence', divergence, divergence > 1, 'a number above 1');
  if (typeof options.args?.optimizer === 'object')
    throw new TrainingError(
      "learningRateFinder would change the memory of the optimizer it is given; name one instead: 'adamw', 'adam' or 'sgd'.",
    );

  const sweep: Pick<LearningRateSweep, 'learningRates' | 'losses'> = { learningRates: [], losses: [] };
  const ratio = endLearningRate / startLearningRate;
  let average = 0;
  const callback: TrainerCallback = {
    name: 'learning-rate finder',
    onStepBegin(state) {
      state.learningRateFactor = ratio ** (state.step / numSteps);
    },
    onStepEnd(state) {
      const { step, loss, learningRate } = state.log.at(-1)!;
      average = SMOOTHING * average + (1 - SMOOTHING) * loss;
      // The average begins at 0; what that takes from it is given back.
      const smoothed = average / (1 - SMOOTHING ** step);
      sweep.learningRates.push(learningRate);
      sweep.losses.push(smoothed);
      if (smoothed > divergence * Math.min(...sweep.losses)) state.shouldStop = true;
    },
  };
  const trainer = new Trainer({
    ...options,
    callbacks: [callback],
    args: {
      ...options.args,
      maxSteps: numSteps,
      learningRate: startLearningRate,
      lrSchedulerType: 'constant',
      lrSchedulerKwargs: {},
      evalStrategy: 'no',
      saveStrategy: 'no',
      outputDir: undefined,
      loadBestModelAtEnd: false,
      resumeFromCheckpoint: false,
    },
  });
  const weights = keepWeights(trainer.model);
  try {
    await trainer.train();
  } catch (error) {
    // A rate at which nothing is left of the loss is where the sweep ends.
    if (!(error instanceof DivergenceError) || sweep.losses.length < 2) throw error;
  } finally {
    putWeights(trainer.model, weights);
  }
  const result: LearningRateSweep = { ...sweep, suggestion: suggest(sweep, numSteps) };
  return Object.defineProperty(result, 'toString', { value: () => formatSweep(result), enumerable: false });
}

/**
 * fast.ai's `valley`: of the steps that belong to the longest falling subsequence of losses, the one in the middle. The
 * first tenth, where the average settles, and the last five steps, where it diverges, are left out.
 */
function suggest(
  { learningRates, losses }: Omit<LearningRateSweep, 'suggestion'>,
  numSteps: number,
): number | undefined {
  const skipped = Math.floor(numSteps / 10);
  const considered = losses.slice(skipped, -5);
  const lengths: number[] = [];
  let end = 0;
  for (const [i, loss] of considered.entries()) {
    lengths.push(1 + Math.max(0, ...lengths.filter((_, j) => loss < considered[j]!)));
    if (lengths[i]! > lengths[end]!) end = i;
  }
  const longest = lengths[end] ?? 1;
  if (longest < 2) return undefined;
  const middle = end - longest + Math.floor(longest / 3) + Math.floor(longest / 6);
  return learningRates[skipped + Math.max(0, middle)];
}
