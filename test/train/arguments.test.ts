import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { completeArguments } from '../../src/train/checkArguments.js';
import { sgd, type TrainableModel, type TrainerCallback, type TrainerState } from '../../src/train/index.js';
import { isDue } from '../../src/train/plan.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';
import { type RunOptions, tinyRun } from './support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

const evalDataset = { ...tinyData().trainDataset, length: 4 };
const lossesOf = (state: { log: TrainerState['log'] }): number[] => state.log.map(({ loss }) => loss);

describe('arguments', () => {
  it.each([
    [{ evalStrategy: 'always' }, "Training argument evalStrategy: expected one of no, steps, epoch; got 'always'."],
    [
      { saveSteps: 0 },
      'Training argument saveSteps: expected a positive integer, or a share of all steps in (0, 1), got 0.',
    ],
    [{ saveTotalLimit: 0 }, 'Training argument saveTotalLimit: expected a positive integer, got 0.'],
    [
      { optimizer: 'lion' },
      "Training argument optimizer: expected 'adamw', 'adam', 'sgd' or an optimizer, got 'lion'.",
    ],
    [
      { classWeights: [1, -1, 1] },
      "classWeights: expected 'balanced', or a number of 0 or more for each class, got [1,-1,1].",
    ],
    [{ layerwiseLearningRateDecay: 0 }, 'layerwiseLearningRateDecay: expected a number in (0, 1], got 0.'],
    [
      { metricForBestModel: 'evalRuntime' },
      'metricForBestModel: expected one of evalLoss, evalAccuracy, evalBalancedAccuracy, ',
    ],
    [{ outputDir: 7 }, 'Training argument outputDir: expected a path, got 7.'],
    [{ disableProgress: 'yes' }, "Training argument disableProgress: expected true or false, got 'yes'."],
    [{ saveStrategy: 'epoch' }, "saveStrategy: 'epoch' needs outputDir, a directory for the checkpoints."],
  ])('%j are refused', (args, message) => {
    expect(() => completeArguments(args as object)).toThrow(message);
  });

  it.each<[RunOptions, string]>([
    [{ args: { evalStrategy: 'steps' } }, "evalStrategy: 'steps' needs an evalDataset"],
    [
      { args: { loadBestModelAtEnd: true } },
      "loadBestModelAtEnd: true needs an evalDataset and evalStrategy 'epoch' or 'steps'",
    ],
    [{ args: { optimizer: sgd(), weightDecay: 0.1 } }, 'weightDecay: an optimizer of your own has settings of its own'],
    [
      { args: { sampler: 'balanced', shuffle: false } },
      "sampler: 'balanced' draws at random; leave out shuffle: false",
    ],
    [{ args: { classWeights: [1, 2] } }, 'classWeights: expected 3 numbers, one for each class of the model; got 2'],
    [{ args: { lrSchedulerKwargs: { power: 2 } } }, "lrSchedulerKwargs: The schedule 'linear' has no option 'power'"],
    [
      { args: { perDeviceTrainBatchSize: 13 } },
      'perDeviceTrainBatchSize: expected at most 12, the clips of clips in memory; got 13',
    ],
  ])('that do not go together, %j, are refused', (options, message) => {
    expect(() => tinyRun(undefined, options)).toThrow(message);
  });

  it('decide when to evaluate and when loggers are told', async () => {
    const events: string[] = [];
    const tell = (what: string) => (state: TrainerState) => void events.push(`${what} ${state.step}`);
    const callback: TrainerCallback = {
      onLog: tell('log'),
      onEvaluateBegin: tell('begin'),
      onEvaluate: tell('evaluate'),
    };
    const args = { evalStrategy: 'steps', evalSteps: 4, loggingSteps: 0.5, allowSharedRecordings: true } as const;
    const { log } = await tinyRun(undefined, { evalDataset, callbacks: [callback], args }).trainer.train();
    expect(events).toEqual(['log 3', 'begin 4', 'evaluate 4', 'log 6']);
    expect(log).toHaveLength(6);
    events.length = 0;
    const byEpoch = { loggingStrategy: 'epoch', numTrainEpochs: 2, allowSharedRecordings: true } as const;
    await tinyRun(undefined, { evalDataset, callbacks: [callback], args: byEpoch }).trainer.train();
    expect(events).toEqual(['begin 6', 'evaluate 6', 'log 6', 'begin 12', 'evaluate 12', 'log 12']);
  });

  it('count shares of all steps as transformers does', () => {
    // transformers: state.save_steps = math.ceil(max_steps * args.save_steps)
    expect([1, 2, 3, 4, 5, 6, 7, 8].filter((step) => isDue(step, 0.3, 8))).toEqual([3, 6]);
  });

  it('give each part of the model its rate, and the optimizer its name', async () => {
    const moved = async (args: RunOptions['args']): Promise<Map<string, number>> => {
      const { trainer } = tinyRun(undefined, { args: { ...args, maxSteps: 1, maxGradNorm: 0 } });
      const before = weightMap(trainer.model);
      await trainer.train();
      const after = weightMap(trainer.model);
      return new Map(
        [...before].map(([name, w]) => [name, Math.max(...w.map((x, i) => Math.abs(x - after.get(name)![i]!)))]),
      );
    };
    const [even, decayed] = [
      await moved({ optimizer: 'sgd' }),
      await moved({ optimizer: 'sgd', layerwiseLearningRateDecay: 0.5 }),
    ];
    const ratio = (name: string): number => decayed.get(name)! / even.get(name)!;
    expect(ratio('classifier.dense.weight')).toBeCloseTo(1, 3);
    expect(ratio('audio_spectrogram_transformer.encoder.layer.1.output.dense.weight')).toBeCloseTo(0.5, 2);
    expect(ratio('audio_spectrogram_transformer.encoder.layer.0.output.dense.weight')).toBeCloseTo(0.25, 2);
    const adam = await moved({ optimizer: 'adam' });
    expect(adam.get('classifier.dense.weight')).toBeCloseTo(1e-2, 4); // Adam's first step is the rate
  });

  it('weigh the classes in training, and not in evaluation', async () => {
    const labelOf = (index: number): number => [0, 0, 1, 2][index % 4]!;
    const trainDataset = { ...tinyData().trainDataset, labelOf };
    const run = async (classWeights: RunOptions['args']) => {
      const { trainer } = tinyRun(undefined, { trainDataset, args: { ...classWeights, maxSteps: 1, learningRate: 0 } });
      return { loss: lossesOf(await trainer.train())[0]!, evalLoss: (await trainer.evaluate(trainDataset)).evalLoss };
    };
    const weighted = await run({ classWeights: 'balanced', perDeviceTrainBatchSize: 12 });
    const numbers = await run({ classWeights: [2 / 3, 4 / 3, 4 / 3], perDeviceTrainBatchSize: 12 });
    const plain = await run({ perDeviceTrainBatchSize: 12 });
    expect(weighted).toEqual(numbers);
    expect(weighted.evalLoss).toBe(plain.evalLoss);
    expect(Math.abs(weighted.loss - plain.loss)).toBeGreaterThan(1e-4);
  });

  it('draw every class as often as any other with the balanced sampler', async () => {
    const { trainDataset } = tinyData();
    const counts = [0, 0, 0];
    const rare = { ...trainDataset, labelOf: (index: number) => (index === 0 ? 0 : index === 1 ? 1 : 2) };
    const augment: RunOptions['augment'] = {
      batch(batch) {
        for (const { target } of batch) counts[target.indexOf(1)]!++;
        return [...batch];
      },
    };
    const args = { sampler: 'balanced', numTrainEpochs: 10 } as const;
    await tinyRun(undefined, { trainDataset: rare, augment, args }).trainer.train();
    expect(counts.reduce((sum, count) => sum + count)).toBe(120);
    for (const count of counts) expect(count).toBeGreaterThan(25); // 40 each in the mean, deviation 5
  });

  it('use the whole set as a batch where it is smaller than the default batch', async () => {
    const trainDataset = { ...tinyData().trainDataset, length: 3 };
    const { trainer } = tinyRun(undefined, { trainDataset, args: { perDeviceTrainBatchSize: undefined } });
    expect((await trainer.train()).globalStep).toBe(1);
  });

  it('reduce the rate on a plateau', async () => {
    const args = { lrSchedulerType: 'reduce_lr_on_plateau', numTrainEpochs: 13, allowSharedRecordings: true } as const;
    const { trainer } = tinyRun(undefined, { evalDataset, args: { ...args, perDeviceTrainBatchSize: 12 } });
    vi.spyOn(trainer, 'evaluate').mockImplementation(async () => ({ evalLoss: 1 }) as never);
    const { log } = await trainer.train();
    // The first evaluation is the best, ten more are waited for, and the one after them lowers the rate.
    expect(log.map(({ learningRate }) => learningRate)).toEqual([...new Array(12).fill(0.01), 0.001]);
  });
});

describe('a rate that a callback lowers, and a penalty of the model', () => {
  it('are part of the step', async () => {
    const onStepEnd = (state: TrainerState): void => {
      state.learningRateFactor = 0.5;
    };
    const args = { lrSchedulerType: 'constant', maxSteps: 2 } as const;
    const { log } = await tinyRun(undefined, { callbacks: [{ onStepEnd }], args }).trainer.train();
    expect(log.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.005]);

    const inner = tinyModel();
    const weight = inner.parameters().get('classifier.dense.weight')!;
    const penalized: TrainableModel = {
      labels: inner.labels,
      config: inner.config,
      parameters: () => inner.parameters(),
      forward: (x, options) => inner.forward(x, options),
      regularization: () => tf.mul(10, tf.sum(tf.square(weight))) as tf.Scalar,
    };
    const penalty = 10 * [...weight.dataSync()].reduce((sum, w) => sum + w * w, 0);
    const once = { maxSteps: 1, gradientAccumulationSteps: 2 };
    const plain = lossesOf(await tinyRun(undefined, { model: tinyModel(), args: once }).trainer.train())[0]!;
    const { trainer } = tinyRun(undefined, { model: penalized, args: once });
    expect(lossesOf(await trainer.train())[0]).toBeCloseTo(plain + penalty, 5);
    expect((await trainer.evaluate(tinyData().trainDataset)).evalLoss).toBeLessThan(penalty + plain);
  });
});

describe('autoFindBatchSize', () => {
  /** A model that has no memory for more than so many clips. */
  const smallMemory = (clips: number): TrainableModel => {
    const inner = tinyModel();
    return {
      labels: inner.labels,
      config: inner.config,
      parameters: () => inner.parameters(),
      forward(x, options) {
        if (x.shape[0] > clips) throw new RangeError('Array buffer allocation failed');
        return inner.forward(x, options);
      },
    };
  };
  const args = { perDeviceTrainBatchSize: 6, autoFindBatchSize: true, classWeights: [1, 2, 3] };

  it('computes batches in parts when memory runs out: the same steps, no tensor left, and a message', async () => {
    const model = smallMemory(2);
    const { trainer, warnings } = tinyRun(undefined, { model, args });
    const whole = tinyRun(undefined, { model: tinyModel(), args }).trainer;
    const expected = await whole.train();
    let log: TrainerState['log'] = [];
    expect(await tensorsLeft(async () => void ({ log } = await trainer.train()))).toBe(0);
    expect(log).toHaveLength(2);
    for (const [i, { loss, gradNorm }] of log.entries()) {
      expect(loss).toBeCloseTo(expected.log[i]!.loss, 5);
      expect(gradNorm).toBeCloseTo(expected.log[i]!.gradNorm, 4);
    }
    expect(warnings).toEqual([
      expect.stringMatching(/^ast-ts: 6 clips at once do not fit in memory .* From step 1 on 3 at a time/),
      expect.stringMatching(
        /^ast-ts: 3 clips at once do not fit .* 2 at a time .* a step still has batches of 6 clips/,
      ),
    ]);
  });

  it('ends the run when one clip does not fit, when it is off, and for every other error', async () => {
    await expect(tinyRun(undefined, { model: smallMemory(0), args }).trainer.train()).rejects.toThrow(
      'allocation failed',
    );
    const off = { ...args, autoFindBatchSize: false };
    await expect(tinyRun(undefined, { model: smallMemory(2), args: off }).trainer.train()).rejects.toThrow(
      'allocation',
    );
    const loss = (): never => {
      throw new RangeError('my loss');
    };
    const other = { ...args, classWeights: undefined };
    await expect(tinyRun(undefined, { loss, args: other }).trainer.train()).rejects.toThrow('my loss');
  });
});

const weightMap = (model: TrainableModel): Map<string, number[]> =>
  new Map([...model.parameters()].map(([name, parameter]) => [name, [...parameter.dataSync()]]));
