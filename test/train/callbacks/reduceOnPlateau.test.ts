import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { type ReduceOnPlateauOptions, reduceOnPlateau } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { crashAndResume, tinyTrainer, weightsOf } from '../../support/tinyRun.js';
import { evaluationsOf, trainerState } from '../../support/trainerState.js';

beforeAll(async () => void (await useBackend('cpu')));

const losses = [1, 0.9, 0.9, 0.89999, 0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4999, 0.51, 0.51];
const accuracies = [0.5, 0.6, 0.6, 0.6, 0.61, 0.61, 0.7, 0.65, 0.65, 0.65, 0.700001, 0.8];
const accuracy = { metric: 'evalAccuracy', patience: 1, factor: 0.5 } as const;

describe('reduce on plateau', () => {
  // The rate after each evaluation, from torch.optim.lr_scheduler.ReduceLROnPlateau of PyTorch 1.13.
  it.each<[ReduceOnPlateauOptions, number, number[], number[]]>([
    [
      { patience: 1 },
      0.1,
      losses,
      [0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5, 1e-5, 1e-6],
    ],
    [
      { patience: 2, factor: 0.5, cooldown: 2 },
      0.1,
      losses,
      [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.025, 0.025, 0.025],
    ],
    [
      { patience: 0, factor: 0.3, threshold: 0.05, thresholdMode: 'abs', minRate: 0.004 },
      0.1,
      losses,
      [0.1, 0.1, 0.03, 0.009, ...Array(12).fill(0.004)],
    ],
    [accuracy, 0.1, accuracies, [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125]],
    [
      { ...accuracy, threshold: 0.02, thresholdMode: 'abs' },
      0.1,
      accuracies,
      [0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.00625, 0.00625],
    ],
    [{ patience: 0, factor: 0.5 }, 3e-8, Array(6).fill(1), [3e-8, ...Array(5).fill(1.5e-8)]],
  ])('with %o lowers a rate of %f as torch does', async (options, learningRate, values, expected) => {
    const state = trainerState({});
    Object.assign(state.args, { learningRate });
    const metrics = values.map((value) => ({ evalLoss: value, evalAccuracy: value }));
    const rates: number[] = [];
    for await (const { learningRateFactor } of evaluationsOf(reduceOnPlateau(options), metrics, state))
      rates.push(learningRate * learningRateFactor);
    for (const [i, rate] of expected.entries()) expect(rates[i]! / rate, `evaluation ${i}`).toBeCloseTo(1, 9);
  });

  const run = {
    callbacks: () => [reduceOnPlateau({ patience: 0, factor: 0.5, threshold: 0.9 })],
    args: { numTrainEpochs: 6, lrSchedulerType: 'reduce_lr_on_plateau' as const },
  };

  it('lowers the rate of the steps that follow', async () => {
    const { log, evaluations } = await tinyTrainer(run).train();
    // Only the first evaluation is better by nine tenths than the one before; there are three steps an epoch.
    expect(evaluations[5]!.evalLoss).toBeGreaterThan(0.1 * evaluations[0]!.evalLoss);
    const rates = [1, 1, 0.5, 0.25, 0.125, 0.0625].flatMap((factor) => Array(3).fill(1e-2 * factor));
    expect(log.map(({ learningRate }) => learningRate)).toEqual(rates);
  });

  it('goes on in a run that is resumed as if nothing had happened', async () => {
    const whole = tinyTrainer(run);
    const { log } = await whole.train();
    const [resumed, result] = await crashAndResume(run, 11, temporaryDirectory());
    expect(result.log.map(({ learningRate }) => learningRate)).toEqual(log.map(({ learningRate }) => learningRate));
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  it.each<[ReduceOnPlateauOptions, string]>([
    [{ factor: 1 }, 'Expected factor to be a number in (0, 1), got 1.'],
    [{ patience: -1 }, 'patience'],
    [{ cooldown: 0.5 }, 'cooldown'],
    [{ minRate: -1 }, 'minRate'],
    [{ thresholdMode: 'relative' as 'rel' }, "Expected thresholdMode to be 'rel' or 'abs', got 'relative'."],
    [{ metric: 'loss' as 'evalLoss' }, 'Expected metric to be one of'],
  ])('refuses %o', (options, message) => {
    expect(() => reduceOnPlateau(options)).toThrow(message);
  });
});
