import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { MelSpectrogramExtractor } from '../../src/audio/index.js';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, inMemoryDataset } from '../../src/datasets/index.js';
import { DatasetError, TrainingError } from '../../src/errors.js';
import { type StepLog, Trainer, type TrainerOptions } from '../../src/train/index.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../support/backends.js';
import { tinyData, tinyLabels, tinyModel } from '../support/tinyModel.js';

const args = { numTrainEpochs: 2, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };

function tinyTrainer(options: Partial<TrainerOptions> = {}): Trainer {
  return new Trainer({ model: tinyModel(), ...tinyData(), ...options, args: { ...args, ...options.args } });
}

const weightsOf = (trainer: Trainer): number[] =>
  [...trainer.model.parameters().values()].flatMap((parameter) => [...parameter.dataSync()]);

describeOnBackends(synchronousBackends, 'the Trainer', () => {
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
    const evalDataset = { ...trainDataset, idOf: (index: number) => `test clip ${index}` };
    await tinyTrainer({ evalDataset, callbacks: [callback] }).train();
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
      { lrSchedulerType: 'steps' },
      /lrSchedulerType: expected one of linear, cosine, .*constant_with_warmup, .*; got 'steps'/,
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

describe('a run in which recordings are skipped', () => {
  it('goes through the data as often as asked, however many can be read', async () => {
    const { trainDataset, extractor } = tinyData(10);
    const unreadable = new Set([2, 3, 6, 7]);
    let reads = 0;
    const holey: AudioDataset = {
      ...trainDataset,
      get(index) {
        reads++;
        return unreadable.has(index)
          ? Promise.reject(new DatasetError(`clip ${index} is broken`))
          : trainDataset.get(index);
      },
    };
    const options = { perDeviceTrainBatchSize: 2, shuffle: false, cacheFeatures: false, onUnreadable: 'skip' } as const;
    const { globalStep, skipped } = await new Trainer({
      model: tinyModel(),
      extractor,
      trainDataset: holey,
      args: options,
    }).train();
    expect(globalStep).toBe(6); // 2 epochs of 3 batches that hold something
    expect(skipped).toHaveLength(4);
    expect(reads).toBe(10 + 6); // what is broken is not read again
  });

  it('names a clip whose samples are no sound', async () => {
    const waveform = { samples: Float32Array.of(Number.NaN), sampleRate: 16000 };
    const trainDataset = inMemoryDataset([{ id: 'silent.wav', label: 'bird', waveform }], tinyLabels);
    const extractor = new MelSpectrogramExtractor({ maxLength: 24, numMelBins: 16 });
    const trainer = new Trainer({ model: tinyModel(), extractor, trainDataset });
    await expect(trainer.train()).rejects.toThrow(
      /The recording silent.wav of clips in memory cannot be used: Expected finite samples, got NaN/,
    );
  });
});

describe('sounds with several labels', () => {
  it('are learned with a sigmoid for each, and measured by mean average precision', async () => {
    const { trainDataset, extractor } = tinyData(12);
    const severalLabels: AudioDataset = {
      ...trainDataset,
      labelsOf: (index) => (index % 3 === 0 ? [0, 1] : [index % 3]),
    };
    const model = tinyModel({ problemType: 'multi_label_classification' });
    const trainer = new Trainer({
      model,
      extractor,
      trainDataset: severalLabels,
      args: { ...args, numTrainEpochs: 20 },
    });
    const { log } = await trainer.train();
    expect(log[0]!.loss).toBeGreaterThan(0.5); // log 2 a label before anything is learned
    expect(log.at(-1)!.loss).toBeLessThan(0.3);
    const { evalMeanAveragePrecision } = await trainer.evaluate(severalLabels);
    expect(evalMeanAveragePrecision).toBeGreaterThan(0.9);
    const { classes } = await trainer.predict(severalLabels);
    expect(classes.slice(0, 2)).toEqual([[0, 1], [1]]);
  });

  it('cannot be smoothed', () => {
    const model = tinyModel({ problemType: 'multi_label_classification' });
    expect(() => tinyTrainer({ model, args: { labelSmoothingFactor: 0.1 } })).toThrow(
      'labelSmoothingFactor applies to cross-entropy only',
    );
  });
});

describe('gradient checkpointing', () => {
  it('gives the same steps, dropout included', async () => {
    const run = async (gradientCheckpointing: boolean): Promise<StepLog[]> => {
      const model = tinyModel({ hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 });
      return (await tinyTrainer({ model, args: { gradientCheckpointing } }).train()).log;
    };
    const [plain, checkpointed] = [await run(false), await run(true)];
    for (const [i, { loss, gradNorm }] of plain.entries()) {
      expect(checkpointed[i]!.loss).toBeCloseTo(loss, 5);
      expect(checkpointed[i]!.gradNorm).toBeCloseTo(gradNorm, 4);
    }
  });

  it('leaves no tensor behind, and moves no frozen parameter', async () => {
    const model = tinyModel();
    const frozen = [...model.parameters().values()][8]!;
    frozen.trainable = false;
    const before = [...frozen.dataSync()];
    const trainer = tinyTrainer({ model, args: { gradientCheckpointing: true } });
    expect(await tensorsLeft(() => trainer.train())).toBe(0);
    expect([...frozen.dataSync()]).toEqual(before);
  });
});

describe('when something goes wrong', () => {
  it('scores that are not numbers are an error that names the clips', async () => {
    const model = tinyModel();
    model
      .parameters()
      .get('classifier.dense.bias')!
      .assign(tf.fill([3], Number.NaN));
    await expect(tinyTrainer({ model }).predict(tinyData(2).trainDataset)).rejects.toThrow(
      "The model's scores are not numbers for clip 0, clip 1",
    );
  });

  it('a class the model does not have is an error that names the clip', () => {
    const { trainDataset } = tinyData();
    const wrong = { ...trainDataset, labelOf: (index: number) => (index === 5 ? 7 : 0) };
    expect(() => tinyTrainer({ trainDataset: wrong })).toThrow('clips in memory: clip 5 has class 7; expected 0 to 2.');
  });

  it('a model whose parameters are all frozen is an error', async () => {
    const model = tinyModel();
    for (const parameter of model.parameters().values()) parameter.trainable = false;
    await expect(tinyTrainer({ model }).train()).rejects.toThrow('Every parameter of the model is frozen');
  });

  it('every callback hears of the end, and the first error is the one that is thrown', async () => {
    const ended: string[] = [];
    const callbacks = [
      {
        name: 'first',
        onStepEnd: () => Promise.reject(new Error('FIRST')),
        onTrainEnd: () => Promise.reject(new Error('SECOND')),
      },
      { name: 'second', onTrainEnd: () => void ended.push('second') },
    ];
    await expect(tinyTrainer({ callbacks }).train()).rejects.toThrow("Callback 'first' failed in onStepEnd: FIRST");
    expect(ended).toEqual(['second']);
  });

  it('a loss that throws leaves no tensor behind', async () => {
    const loss = (): never => {
      throw new Error('my loss');
    };
    const trainer = tinyTrainer({ loss });
    expect(await tensorsLeft(() => trainer.train().catch(() => undefined))).toBe(0);
    await expect(trainer.train()).rejects.toThrow('my loss');
  });
});

describe('augment', () => {
  it('changes what is trained on, anew in each epoch, and not what is evaluated', async () => {
    const seen: number[] = [];
    const augment: TrainerOptions['augment'] = (features, random) => {
      seen.push(random.uniform());
      return { ...features, data: features.data.map((value) => value + 1) };
    };
    const trainer = tinyTrainer({ augment });
    await trainer.train();
    expect(seen).toHaveLength(24);
    expect(new Set(seen).size).toBe(24);
    await trainer.predict(tinyData().trainDataset);
    expect(seen).toHaveLength(24);
  });
});
