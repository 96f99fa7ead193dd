import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import {
  type EarlyStoppingOptions,
  earlyStopping,
  exponentialMovingAverage,
  type TrainerCallback,
} from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { tensorsLeft } from '../../support/backends.js';
import { crashAndResume, tinyTrainer, weightsOf } from '../../support/tinyRun.js';
import { evaluationsOf } from '../../support/trainerState.js';

beforeAll(async () => void (await useBackend('cpu')));

/** After how many evaluations a run with these losses ends; undefined when it does not. */
async function stopsAfter(losses: readonly number[], options: EarlyStoppingOptions): Promise<number | undefined> {
  const callback = earlyStopping({ restoreBestWeights: false, ...options });
  for await (const state of evaluationsOf(
    callback,
    losses.map((evalLoss) => ({ evalLoss, evalAccuracy: evalLoss })),
  ))
    if (state.shouldStop) return state.evaluations.length;
  return undefined;
}

describe('early stopping', () => {
  // The counts are those of transformers' EarlyStoppingCallback: it stops when its counter reaches the patience.
  it.each<[string, number[], EarlyStoppingOptions, number | undefined]>([
    ['at the first evaluation that brings nothing', [3, 2, 2, 1], {}, 3],
    ['after as many in a row as its patience', [3, 2, 2, 2.5, 1.9, 2, 2, 2, 1], { patience: 3 }, 8],
    ['never while the metric gets better', [5, 4, 3, 2, 1], {}, undefined],
    ['when steps are too small for the threshold', [3, 2.95, 2.9, 2.85], { patience: 2, threshold: 0.1 }, 3],
    ['when a metric that should grow falls', [0.5, 0.7, 0.7], { metric: 'evalAccuracy' }, 3],
    ['the other way round when told so', [0.5, 0.7], { metric: 'evalAccuracy', greaterIsBetter: false }, 2],
  ])('stops %s', async (_, losses, options, expected) => {
    expect(await stopsAfter(losses, options)).toBe(expected);
  });

  // Against the gradient from step 6 on: the best evaluation is that of step 6.
  const unlearn: TrainerCallback = {
    onStepBegin(state) {
      state.learningRateFactor = state.step < 6 ? 1 : -3;
    },
  };
  const run = { callbacks: () => [earlyStopping({ patience: 2 })], args: { numTrainEpochs: 8 } };

  it('ends the run, and leaves the model with the parameters of its best evaluation', async () => {
    const kept: number[][] = [];
    const trainer = tinyTrainer(run, unlearn, { onEvaluate: () => void kept.push(weightsOf(trainer)) });
    const { evaluations } = await trainer.train();
    const losses = evaluations.map(({ evalLoss }) => evalLoss);
    expect(losses.indexOf(Math.min(...losses))).toBe(1);
    expect(losses).toHaveLength(4);
    expect(weightsOf(trainer)).toEqual(kept[1]);
    expect((await trainer.evaluate()).evalLoss).toBeCloseTo(losses[1]!, 6);
  });

  it('leaves the last parameters when told to', async () => {
    const options = { ...run, callbacks: () => [earlyStopping({ patience: 2, restoreBestWeights: false })] };
    let last: number[] = [];
    const trainer = tinyTrainer(options, unlearn, { onEvaluate: () => void (last = weightsOf(trainer)) });
    await trainer.train();
    expect(weightsOf(trainer)).toEqual(last);
  });

  it('brings back a parameter that was frozen at the best evaluation and trained afterwards', async () => {
    let before: number[] = [];
    const thaw: TrainerCallback = {
      onStepBegin({ step, model }) {
        const [, frozen] = [...model.parameters()][0]!;
        if (step === 0) before = [...frozen.dataSync()];
        frozen.trainable = step >= 6;
      },
    };
    const trainer = tinyTrainer(run, unlearn, thaw);
    const { evaluations } = await trainer.train();
    expect(evaluations[1]!.evalLoss).toBeLessThan(Math.min(...evaluations.slice(2).map(({ evalLoss }) => evalLoss)));
    expect([...[...trainer.model.parameters().values()][0]!.dataSync()]).toEqual(before);
  });

  it('goes on in a run that is resumed as if nothing had happened', async () => {
    const callbacks = () => [unlearn, earlyStopping({ patience: 3 })];
    const whole = tinyTrainer({ ...run, callbacks });
    const { evaluations } = await whole.train();
    // The checkpoint of step 10 has to remember the parameters of step 6.
    const [resumed, result] = await crashAndResume({ ...run, callbacks }, 11, temporaryDirectory());
    expect(evaluations.map(({ step }) => step)).toEqual([3, 6, 9, 12, 15]);
    expect(result.globalStep).toBe(15);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  it('with a moving average before it, keeps the averages that were evaluated', async () => {
    const kept: number[][] = [];
    const see: TrainerCallback = { onEvaluateBegin: ({ model }) => void kept.push(weightsOf({ model })) };
    const callbacks = () => [unlearn, exponentialMovingAverage({ decay: 0.5 }), see, earlyStopping({ patience: 2 })];
    const trainer = tinyTrainer({ ...run, callbacks });
    const { evaluations } = await trainer.train();
    const losses = evaluations.map(({ evalLoss }) => evalLoss);
    expect(weightsOf(trainer)).toEqual(kept[losses.indexOf(Math.min(...losses))]);
    expect((await trainer.evaluate()).evalLoss).toBeCloseTo(Math.min(...losses), 6);
  });

  it('leaves no tensor behind, whether the run ends well or not', async () => {
    const fail: TrainerCallback = {
      onEvaluate({ evaluations }) {
        if (evaluations.length === 2) throw new Error('no');
      },
    };
    for (const more of [[], [fail]]) {
      const trainer = tinyTrainer(run, unlearn, ...more);
      expect(await tensorsLeft(() => trainer.train().catch(() => undefined))).toBe(0);
    }
    const before = tf.memory().numTensors;
    const [resumed] = await crashAndResume(
      { ...run, callbacks: () => [unlearn, earlyStopping()] },
      5,
      temporaryDirectory(),
    );
    const models = 2 * resumed.model.parameters().size;
    expect(tf.memory().numTensors - before).toBe(models);
  });

  it('refuses a run that evaluates nothing, and settings out of range', async () => {
    const trainer = tinyTrainer({ callbacks: () => [earlyStopping()], args: { evalStrategy: 'no' } });
    await expect(trainer.train()).rejects.toThrow("earlyStopping waits for evaluations, and evalStrategy is 'no'");
    expect(() => earlyStopping({ patience: 0 })).toThrow('Expected patience to be a positive integer, got 0.');
    expect(() => earlyStopping({ threshold: -1 })).toThrow('threshold');
    expect(() => earlyStopping({ metric: 'evalF1' as 'evalLoss' })).toThrow('Expected metric to be one of evalLoss,');
  });

  it('refuses a checkpoint that was written without the best parameters', () => {
    const without = earlyStopping({ restoreBestWeights: false });
    const memory = { json: { best: 1, waited: 0, hasWeights: false } };
    const state = {} as Parameters<NonNullable<typeof without.restore>>[1];
    expect(() => without.restore!(memory, state)).not.toThrow();
    expect(() => earlyStopping().restore!(memory, state)).toThrow('written without restoreBestWeights');
  });
});
