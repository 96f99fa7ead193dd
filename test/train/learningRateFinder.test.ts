import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { DivergenceError } from '../../src/errors.js';
import { adamW, type LearningRateFinderOptions, learningRateFinder } from '../../src/train/index.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyData, tinyLabels, tinyModel } from '../support/tinyModel.js';
import { weightsOf } from '../support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

const options = (given: Partial<LearningRateFinderOptions> = {}): LearningRateFinderOptions => ({
  model: tinyModel(),
  ...tinyData(),
  ...given,
  args: { perDeviceTrainBatchSize: 12, disableProgress: true, ...given.args },
});

/** A model of one number, with a loss that follows a script: its value at each step. */
function scripted(values: readonly number[]): Pick<LearningRateFinderOptions, 'model' | 'loss'> {
  const weight = tf.variable(tf.scalar(1));
  let step = 0;
  return {
    model: {
      labels: tinyLabels,
      config: {},
      parameters: () => new Map([['weight', weight]]),
      forward: ({ shape }) => ({ logits: tf.mul(weight, tf.ones([shape[0], tinyLabels.length])) }),
    },
    loss: (logits) => tf.add(tf.mul(tf.sum(logits), 0), values[step++]!),
  };
}

describe('the learning-rate finder', () => {
  it('trains with rates that grow by the same factor, until the smoothed loss diverges', async () => {
    const sweep = await learningRateFinder(options({ numSteps: 60, args: { optimizer: 'sgd', maxGradNorm: 0 } }));
    const { learningRates, losses } = sweep;
    expect(losses.length).toBe(learningRates.length);
    // fast.ai's SchedExp(1e-7, 10) at step / 60
    for (const [step, rate] of learningRates.entries()) expect(rate / (1e-7 * 1e8 ** (step / 60))).toBeCloseTo(1, 9);
    expect(losses.length).toBeLessThan(60);
    expect(losses.at(-1)).toBeGreaterThan(4 * Math.min(...losses));
    for (const [i, loss] of losses.slice(0, -1).entries())
      expect(loss).toBeLessThanOrEqual(4 * Math.min(...losses.slice(0, i + 1)));
  });

  it('smooths the losses as fast.ai does', async () => {
    const values = Array.from({ length: 20 }, (_, i) => 1 + Math.sin(i));
    const { losses } = await learningRateFinder(options({ numSteps: 20, ...scripted(values) }));
    let average = 0;
    for (const [i, value] of values.entries()) {
      average = 0.98 * average + 0.02 * value;
      expect(losses[i]).toBeCloseTo(average / (1 - 0.98 ** (i + 1)), 6);
    }
  });

  it('suggests a rate that is above those at which nothing happens, and below the one where the loss is least', async () => {
    const sweep = await learningRateFinder(options({ args: { perDeviceTrainBatchSize: 4 } }));
    const { learningRates, losses, suggestion } = sweep;
    const lossAt = (rate: number) => losses[learningRates.findIndex((each) => each >= rate)]!;
    const least = Math.min(...losses);
    expect(suggestion).toBeLessThan(learningRates[losses.indexOf(least)]!);
    // Between the two the model learns: the loss falls more than in all the steps before.
    expect(lossAt(suggestion!) - least).toBeGreaterThan(5 * Math.abs(losses[10]! - lossAt(suggestion!)));
  });

  it('suggests the middle of the longest descent, as fast.ai’s valley', async () => {
    // It rises to step 39 and falls to step 79: of the falling steps, which are 40, number 13 + 6 from the start.
    const values = Array.from({ length: 100 }, (_, i) => (i < 40 ? 1 + 1e-3 * i : i < 80 ? 1.04 - 0.02 * (i - 39) : 5));
    const { learningRates, losses, suggestion } = await learningRateFinder(options({ ...scripted(values) }));
    const considered = losses.slice(10, -5);
    const end = considered.findIndex((_, i) => i > 40 && !(considered[i + 1]! < considered[i]!));
    let start = end;
    while (considered[start - 1]! > considered[start]!) start--;
    const length = end - start + 1;
    expect(length).toBeGreaterThan(20);
    expect(suggestion).toBe(learningRates[10 + end - length + Math.floor(length / 3) + Math.floor(length / 6)]);
  });

  it('suggests nothing where the loss never falls', async () => {
    const values = Array.from({ length: 20 }, (_, i) => 1 + i);
    const sweep = await learningRateFinder(options({ numSteps: 20, ...scripted(values) }));
    expect(sweep.suggestion).toBeUndefined();
    expect(String(sweep)).toContain('The loss never fell: no suggestion.');
  });

  it('gives the model its parameters back, and leaves no tensor', async () => {
    const given = options({ numSteps: 30, args: { learningRate: 1 } });
    const before = weightsOf(given);
    expect(await tensorsLeft(() => learningRateFinder(given))).toBe(0);
    expect(weightsOf(given)).toEqual(before);
  });

  it('ends where nothing is left of the loss, and keeps what was found until then', async () => {
    const values = [...Array.from({ length: 24 }, (_, i) => 2 - 0.05 * i), Number.NaN];
    const given = options({ numSteps: 40, ...scripted(values) });
    const before = weightsOf(given);
    const { losses, suggestion } = await learningRateFinder(given);
    expect(losses).toHaveLength(24);
    expect(suggestion).toBeDefined();
    expect(weightsOf(given)).toEqual(before);
    await expect(learningRateFinder(options({ ...scripted([Number.NaN]) }))).rejects.toThrow(DivergenceError);
  });

  it('is read as a table', async () => {
    const sweep = await learningRateFinder(options({ numSteps: 50 }));
    const lines = String(sweep).split('\n');
    expect(lines[0]).toBe('learning rate    loss');
    expect(lines[1]).toMatch(/^ {6}1\.00e-7 {2}\d\.\d{4}$/);
    expect(lines.length).toBeLessThan(25);
    const marked = lines.filter((line) => line.includes('<- suggestion'));
    expect(marked).toHaveLength(1);
    expect(Number(marked[0]!.trim().split(/\s+/)[0])).toBeCloseTo(sweep.suggestion!, 2);
    expect(Object.keys(sweep)).toEqual(['learningRates', 'losses', 'suggestion']);
  });

  it.each<[Partial<LearningRateFinderOptions>, string]>([
    [{ startLearningRate: 0 }, 'Expected startLearningRate to be a positive number, got 0.'],
    [{ endLearningRate: 1e-9 }, 'Expected endLearningRate'],
    [{ numSteps: 5 }, 'Expected numSteps to be an integer of 10 or more, got 5.'],
    [{ divergence: 1 }, 'Expected divergence'],
    [{ args: { optimizer: adamW() } }, 'would change the memory of the optimizer'],
    [{ trainDataset: undefined }, 'needs a trainDataset'],
  ])('refuses %o', async (bad, message) => {
    await expect(learningRateFinder(options(bad))).rejects.toThrow(message);
  });
});
