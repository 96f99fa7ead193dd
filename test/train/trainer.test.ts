import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, inMemoryDataset } from '../../src/datasets/index.js';
import { DatasetError, TrainingError } from '../../src/errors.js';
import { type StepLog, Trainer, type TrainerOptions } from '../../src/train/index.js';
import { describeOnEveryBackend, tensorsLeft } from '../support/backends.js';
import { tinyData, tinyLabels, tinyModel } from '../support/tinyModel.js';

const args = { numTrainEpochs: 2, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };

function tinyTrainer(options: Partial<TrainerOptions> = {}): Trainer {
  return new Trainer({ model: tinyModel(), ...tinyData(), ...options, args: { ...args, ...options.args } });
}

const weightsOf = (trainer: Trainer): number[] =>
  [...trainer.model.parameters().values()].flatMap((parameter) => [...parameter.dataSync()]);

describeOnEveryBackend('the Trainer', () => {
  it('learns what can be learned', async () => {
    const { log } = await tinyTrainer({ args: { numTrainEpochs: 20 } }).train();
    expect(log.at(-1)!.loss).toBeLessThan(0.3 * log[0]!.loss);
  });

  it('leaves no tensor behind from one step to the next, nor in predict', async () => {
    const counts: number[] = [];
    const trainer = tinyTrainer({ callbacks: [{ onStepEnd: () => void counts.push(tf.memory().numTensors) }] });
    expect(await tensorsLeft(() => trainer.predict(tinyData().trainDataset))).toBe(0);
    expect(await tensorsLeft(() => trainer.train())).toBe(0);
    expect(counts.length).toBe(6);
    expect(new Set(counts).size).toBe(1);
  });
});

describe('the Trainer', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('trains for 2 epochs unless told otherwise', async () => {
    const { model, extractor, trainDataset } = { model: tinyModel(), ...tinyData() };
    const trainer = new Trainer({ model, extractor, trainDataset });
    expect(trainer.args.numTrainEpochs).toBe(2);
    const { log, globalStep } = await trainer.train();
    expect(globalStep).toBe(4); // 2 epochs of 12 clips in batches of 8
    expect(log.at(-1)!.epoch).toBe(2);
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const run = async (seed: number): Promise<number[]> => {
      const trainer = tinyTrainer({
        model: tinyModel({ hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 }),
        args: { seed },
      });
      await trainer.train();
      return weightsOf(trainer);
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it('stops after maxSteps, in the middle of an epoch', async () => {
    const { globalStep, log } = await tinyTrainer({ args: { maxSteps: 4 } }).train();
    expect(globalStep).toBe(4);
    expect(log.at(-1)!.epoch).toBeCloseTo(4 / 3);
  });

  it('averages the gradients of gradientAccumulationSteps batches into one step', async () => {
    const whole = tinyTrainer({ args: { perDeviceTrainBatchSize: 12, shuffle: false, numTrainEpochs: 1 } });
    const parts = tinyTrainer({ args: { gradientAccumulationSteps: 3, shuffle: false, numTrainEpochs: 1 } });
    const [a, b] = [(await whole.train()).log, (await parts.train()).log] as [StepLog[], StepLog[]];
    expect([a.length, b.length]).toEqual([1, 1]);
    expect(b[0]!.loss).toBeCloseTo(a[0]!.loss, 5);
    expect(b[0]!.gradNorm).toBeCloseTo(a[0]!.gradNorm, 5);
  });

  it('does not move a parameter that is frozen', async () => {
    const model = tinyModel();
    const [name, frozen] = [...model.parameters()][10]!;
    frozen.trainable = false;
    const before = [...frozen.dataSync()];
    await tinyTrainer({ model }).train();
    expect([...model.parameters().get(name)!.dataSync()]).toEqual(before);
  });

  it('runs on the backend it is given, and says so', async () => {
    const load = vi.fn(() => import('@tensorflow/tfjs-backend-wasm'));
    const { backend } = await tinyTrainer({ backend: { name: 'wasm', load }, args: { maxSteps: 1 } }).train();
    expect(load).toHaveBeenCalled();
    expect(backend).toBe('wasm');
    expect(tf.getBackend()).toBe('wasm');
    await useBackend('cpu');
  });

  it('tells callbacks in order, with one state, and lets them stop the run', async () => {
    const events: string[] = [];
    const states = new Set<unknown>();
    const note = (event: string) => (state: { step: number; shouldStop: boolean }) => {
      events.push(`${event} ${state.step}`);
      states.add(state);
      if (event === 'step' && state.step === 2) state.shouldStop = true;
    };
    const { trainDataset } = tinyData();
    const callback = {
      onTrainBegin: note('begin'),
      onStepEnd: note('step'),
      onEvaluate: note('evaluate'),
      onEpochEnd: note('epoch'),
      onTrainEnd: note('end'),
    };
    await tinyTrainer({ evalDataset: trainDataset, callbacks: [callback] }).train();
    expect(events).toEqual(['begin 0', 'step 1', 'step 2', 'evaluate 2', 'epoch 2', 'end 2']);
    expect(states.size).toBe(1);
  });

  it('names the callback that failed', async () => {
    const callbacks = [{ name: 'my logger', onStepEnd: () => Promise.reject(new Error('disk full')) }];
    await expect(tinyTrainer({ callbacks }).train()).rejects.toThrow(
      "Callback 'my logger' failed in onStepEnd: disk full",
    );
  });

  it('saves a model that loads', async () => {
    const trainer = tinyTrainer({ args: { maxSteps: 1 } });
    await trainer.train();
    const directory = await mkdtemp(join(tmpdir(), 'ast-ts-'));
    await trainer.saveModel(directory);
    expect((await readdir(directory)).sort()).toEqual(['config.json', 'model.safetensors', 'preprocessor_config.json']);
    const loaded = await ASTForAudioClassification.fromPretrained(directory);
    expect(loaded.labels).toEqual(tinyLabels);
    expect([...loaded.parameters().values()].flatMap((parameter) => [...parameter.dataSync()])).toEqual(
      weightsOf(trainer),
    );
  });
});

describe('the Trainer refuses', () => {
  beforeAll(async () => void (await useBackend('cpu')));
  const { trainDataset } = tinyData();

  it.each([
    [{ numEpochs: 3 }, /Unknown training argument 'numEpochs'; expected one of numTrainEpochs/],
    [{ learningRate: -1 }, /learningRate: expected a number of 0 or more, got -1/],
    [{ perDeviceTrainBatchSize: 2.5 }, /perDeviceTrainBatchSize: expected a positive integer, got 2.5/],
    [
      { lrSchedulerType: 'step' },
      /lrSchedulerType: expected one of linear, cosine, constant, constant_with_warmup; got 'step'/,
    ],
    [{ maxSteps: 0 }, /maxSteps: expected a positive integer, or -1, got 0/],
  ])('the arguments %j', (bad, message) => {
    expect(() => tinyTrainer({ args: bad as object })).toThrow(message);
  });

  it('a data set with other classes than the model', () => {
    const other = inMemoryDataset(
      [{ label: 'cat', waveform: { samples: Float32Array.of(0), sampleRate: 16000 } }],
      ['cat', 'dog'],
    );
    expect(() => tinyTrainer({ trainDataset: other })).toThrow(
      /clips in memory has the classes \[cat, dog\]; the model has \[bird, water, wind\]. Load the model with \{ labels: dataset.labels \}/,
    );
  });

  it('an empty data set', () => {
    expect(() => tinyTrainer({ trainDataset: { ...trainDataset, length: 0 } })).toThrow(
      /is empty; expected one or more clips/,
    );
  });

  it('to train without a training set, or to evaluate nothing', async () => {
    const trainer = new Trainer({ model: tinyModel(), extractor: tinyData().extractor });
    await expect(trainer.train()).rejects.toThrow('train() needs a trainDataset');
    await expect(trainer.evaluate()).rejects.toThrow('There is no data set to evaluate');
  });

  it('to go on with a loss that is not a number, and keeps the parameters as they were', async () => {
    const model = tinyModel();
    const before = [...model.parameters().values()].map((parameter) => [...parameter.dataSync()]);
    const loss = (logits: tf.Tensor2D) => tf.mean(tf.log(tf.mul(logits, 0))) as tf.Scalar;
    const trainer = tinyTrainer({ model, loss, args: { shuffle: false } });
    const error = await trainer.train().catch((error: Error) => error);
    expect(error).toBeInstanceOf(TrainingError);
    expect((error as Error).message).toMatch(
      /Training stopped at step 1: the loss is -Infinity.*clips: clip 0, clip 1, clip 2, clip 3/,
    );
    expect([...model.parameters().values()].map((parameter) => [...parameter.dataSync()])).toEqual(before);
  });
});

describe('a recording that cannot be read', () => {
  beforeAll(async () => void (await useBackend('cpu')));
  const { trainDataset, extractor } = tinyData();
  const broken: AudioDataset = {
    ...trainDataset,
    get: (index) => (index === 3 ? Promise.reject(new DatasetError('clip 3 is broken')) : trainDataset.get(index)),
  };

  it('ends the run, with its name', async () => {
    await expect(tinyTrainer({ trainDataset: broken }).train()).rejects.toThrow('clip 3 is broken');
  });

  it('is skipped on request, and counted once in the result', async () => {
    const trainer = new Trainer({
      model: tinyModel(),
      extractor,
      trainDataset: broken,
      args: { ...args, onUnreadable: 'skip' },
    });
    const { skipped, globalStep } = await trainer.train();
    expect(skipped).toEqual([{ id: 'clip 3', reason: 'clip 3 is broken' }]);
    expect(globalStep).toBe(6);
    const { ids, skipped: left } = await trainer.predict(broken);
    expect(ids).toHaveLength(11);
    expect(left).toHaveLength(1);
  });
});
