import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { exponentialMovingAverage, type TrainerCallback } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { tensorsLeft } from '../../support/backends.js';
import { crashAndResume, tinyTrainer, weightsOf } from '../../support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

const decay = 0.8;
const run = { callbacks: () => [exponentialMovingAverage({ decay })], args: { numTrainEpochs: 4 } };

describe('an exponential moving average', () => {
  it('is what is evaluated and what the run ends with, by the formula; training goes on with the parameters', async () => {
    const steps: number[][] = [];
    const evaluated: number[][] = [];
    const see: TrainerCallback = {
      onStepEnd: ({ model }) => void steps.push(weightsOf({ model })),
      onEvaluateBegin: ({ model }) => void evaluated.push(weightsOf({ model })),
    };
    const trainer = tinyTrainer(run, see);
    await trainer.train();
    const plain = tinyTrainer({ ...run, callbacks: () => [] });
    await plain.train();

    // torch's AveragedModel(multi_avg_fn=get_ema_multi_avg_fn(decay)): the first update copies.
    const averages: number[][] = [];
    for (const weights of steps)
      averages.push(weights.map((w, i) => (averages.at(-1) ? decay * averages.at(-1)![i]! + (1 - decay) * w : w)));
    const difference = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
    expect(evaluated).toHaveLength(4);
    for (const [epoch, weights] of evaluated.entries())
      expect(difference(weights, averages[3 * epoch + 2]!), `epoch ${epoch}`).toBeLessThan(1e-6);
    expect(difference(weightsOf(trainer), averages.at(-1)!)).toBeLessThan(1e-6);
    expect(steps.at(-1)).toEqual(weightsOf(plain));
  });

  it('goes on in a run that is resumed as if nothing had happened, with frozen parameters too', async () => {
    const freeze: TrainerCallback = {
      onTrainBegin({ model }) {
        for (const [name, parameter] of model.parameters()) parameter.trainable = !name.includes('embeddings');
      },
    };
    const callbacks = () => [freeze, exponentialMovingAverage({ decay })];
    const whole = tinyTrainer({ ...run, callbacks });
    const { evaluations } = await whole.train();
    const [resumed, result] = await crashAndResume({ ...run, callbacks }, 7, temporaryDirectory());
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(result.evaluations.map(({ evalLoss }) => evalLoss)).toEqual(evaluations.map(({ evalLoss }) => evalLoss));
  });

  it('is the last one when the run ends with an error, be it within an evaluation', async () => {
    let last: number[] = [];
    const fail: TrainerCallback = {
      onEvaluateBegin({ model, evaluations }) {
        last = weightsOf({ model });
        if (evaluations.length === 1) throw new Error('no');
      },
    };
    const trainer = tinyTrainer(run, fail);
    await expect(trainer.train()).rejects.toThrow('no');
    expect(weightsOf(trainer)).toEqual(last);
  });

  it('leaves no tensor behind, nor more from step to step', async () => {
    const trainer = tinyTrainer(run);
    expect(await tensorsLeft(() => trainer.train())).toBe(0);
    const failing = tinyTrainer(run, { onEvaluateBegin: () => Promise.reject(new Error('no')) });
    expect(await tensorsLeft(() => failing.train().catch(() => undefined))).toBe(0);
  });

  it('refuses a decay out of range, and a run that would end with other parameters', async () => {
    expect(() => exponentialMovingAverage({ decay: 1 })).toThrow('Expected decay to be a number in [0, 1), got 1.');
    const trainer = tinyTrainer({ ...run, args: { loadBestModelAtEnd: true } });
    await expect(trainer.train()).rejects.toThrow('loadBestModelAtEnd would put the best parameters');
  });
});
