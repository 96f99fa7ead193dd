import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, inMemoryDataset, subset } from '../../src/datasets/index.js';
import { DatasetError, DivergenceError, TrainingError } from '../../src/errors.js';
import type { TrainableModel } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyData, tinyLabels, tinyModel } from '../support/tinyModel.js';
import { checkpointsIn, type RunOptions, tinyRun, uninterrupted, weightsOf } from './support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

describe('a loss that is not a number', () => {
  const { extractor } = tinyData();
  /** The features of clip 7 are not numbers. */
  const spoiled: RunOptions = {
    extractor: {
      extract(waveform) {
        const features = extractor.extract(waveform);
        return waveform.samples[0] === 7 ? { ...features, data: features.data.map(() => Number.NaN) } : features;
      },
    },
    args: { shuffle: false, gradientAccumulationSteps: 2, lrSchedulerType: 'constant' },
  };

  it('stops within that step, with the step, the clips of the batch, and the gradients', async () => {
    const { trainer } = tinyRun(undefined, spoiled);
    let error: unknown;
    expect(await tensorsLeft(async () => void (error = await trainer.train().catch((error: unknown) => error)))).toBe(
      0,
    );
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error).toBeInstanceOf(TrainingError);
    const { step, ids, gradientNorms, message } = error as DivergenceError;
    expect(step).toBe(2); // steps of 4 clips
    expect(ids).toEqual(['clip 6', 'clip 7']); // the batch of the two that is at fault
    expect(gradientNorms.size).toBe(trainer.model.parameters().size);
    expect([...gradientNorms.values()].some(Number.isNaN)).toBe(true);
    expect(message).toMatch(
      /^Training stopped at step 2: the loss is NaN, and \d+ of \d+ gradients are not finite\. .*clips: clip 6, clip 7\. Gradient norms: \S+ NaN, /,
    );
  });

  it('leaves the parameters and the last checkpoint as they were', async () => {
    const directory = temporaryDirectory();
    const options = { ...spoiled, args: { ...spoiled.args, saveSteps: 1 } };
    const { trainer } = tinyRun(directory, options);
    await expect(trainer.train()).rejects.toThrow(DivergenceError);
    expect(checkpointsIn(directory)).toEqual(['checkpoint-1']);
    expect(weightsOf(trainer)).toEqual(await uninterrupted({ args: { ...spoiled.args, maxSteps: 1 } }));
    const mended = { ...options, extractor };
    await tinyRun(directory, mended).trainer.train({ resumeFromCheckpoint: true });
    expect(checkpointsIn(directory)).toEqual(['checkpoint-1', 'checkpoint-2', 'checkpoint-3']);
  });

  it('names the parameters with the largest gradients when these alone are too large', async () => {
    const inner = tinyModel();
    const explode = tf.customGrad((x) => ({
      value: (x as tf.Tensor).clone(),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, Number.POSITIVE_INFINITY),
    }));
    const model: TrainableModel = {
      labels: inner.labels,
      config: inner.config,
      parameters: () => new Map([...inner.parameters()].filter(([name]) => name.startsWith('classifier.dense'))),
      forward: (x, options) => ({ logits: explode(inner.forward(x, options).logits) as tf.Tensor2D }),
    };
    const error = await tinyRun(undefined, { model })
      .trainer.train()
      .catch((error: unknown) => error);
    expect((error as Error).message).toMatch(/the loss is [\d.]+, and 2 of 2 gradients are not finite/);
    expect([...(error as DivergenceError).gradientNorms.keys()].sort()).toEqual([
      'classifier.dense.bias',
      'classifier.dense.weight',
    ]);
  });
});

describe('evaluation data', () => {
  const { trainDataset } = tinyData();
  const evaluateOn = (evalDataset: AudioDataset, train = trainDataset, args: RunOptions['args'] = {}) =>
    tinyRun(undefined, { trainDataset: train, evalDataset, args: { ...args, maxSteps: 1 } }).trainer.train();

  it('that has clips of the training data is refused before training, unless that is wanted', async () => {
    const [train, test] = [subset(trainDataset, [0, 1, 2, 3, 4, 5, 6, 7]), subset(trainDataset, [6, 7, 8])];
    await expect(evaluateOn(test, train)).rejects.toThrow(
      /\(8 of 12 recordings\) is to train and .* to evaluate, and they share clips, \[clip 6, clip 7\]: the evaluation would measure memory/,
    );
    expect((await evaluateOn(test, train, { allowSharedRecordings: true })).globalStep).toBe(1);
  });

  it('that has clips cut from the same recordings is refused', async () => {
    const cut = (name: string, sources: string[]): AudioDataset => ({
      ...trainDataset,
      idOf: (index) => `${name}-${index}`,
      sourceOf: (index) => sources[index],
    });
    await expect(evaluateOn(cut('b', ['forest', 'lake']), cut('a', ['river', 'lake']))).rejects.toThrow(
      /share clips cut from the same recordings, \[lake\]/,
    );
    expect((await evaluateOn(cut('b', ['forest']), cut('a', ['river']))).globalStep).toBe(1);
  });

  it('that has other sounds under the same names is fine', async () => {
    const clips = (first: number) =>
      inMemoryDataset(
        [0, 1, 2].map((i) => ({ label: i, waveform: { samples: Float32Array.of(first + i), sampleRate: 16000 } })),
        tinyLabels,
      );
    expect((await evaluateOn(clips(3), clips(0), { perDeviceTrainBatchSize: 3 })).globalStep).toBe(1);
    await expect(evaluateOn(clips(2), clips(0), { perDeviceTrainBatchSize: 3 })).resolves.toBeDefined();
    await expect(evaluateOn(clips(0), clips(0), { perDeviceTrainBatchSize: 3 })).rejects.toThrow(
      /share clips, \[clip-0/,
    );
  });

  it('that has clips which cannot be read is compared by the others', async () => {
    const broken: AudioDataset = {
      ...trainDataset,
      get: (index) =>
        index < 2 ? Promise.reject(new DatasetError(`clip ${index} is broken`)) : trainDataset.get(index),
    };
    const args = { onUnreadable: 'skip' } as const;
    await expect(evaluateOn(broken, broken, args)).rejects.toThrow(/they share clips/);
  });
});

describe('augmentation', () => {
  it('of sounds makes features each time, and decodes every sound once', async () => {
    const { trainDataset } = tinyData();
    const decoded: number[] = [];
    const heard: number[] = [];
    const watched: AudioDataset = {
      ...trainDataset,
      get(index) {
        decoded.push(index);
        return trainDataset.get(index);
      },
    };
    const augment: RunOptions['augment'] = {
      waveform({ samples, sampleRate }, random) {
        heard.push(random.uniform());
        return { samples: samples.map((sample) => (sample + 1) % 12), sampleRate };
      },
    };
    const { trainer } = tinyRun(undefined, { trainDataset: watched, augment, args: { numTrainEpochs: 2 } });
    await trainer.train();
    expect(decoded.sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
    expect(new Set(heard).size).toBe(24);
    await trainer.predict(watched);
    expect(heard).toHaveLength(24); // evaluation is of the sounds as they are
  });

  it('of batches must give as many clips as it gets', async () => {
    const few: RunOptions['augment'] = { batch: (batch) => batch.slice(1) };
    await expect(tinyRun(undefined, { augment: few }).trainer.train()).rejects.toThrow(
      'augment.batch: expected 2 clips with 3 numbers each as their target, got 1 clips.',
    );
  });

  it('of batches gives shares of classes to the loss', async () => {
    const even: RunOptions['augment'] = {
      batch: (batch) => batch.map(({ features }) => ({ features, target: Float32Array.of(1 / 3, 1 / 3, 1 / 3) })),
    };
    const seen: number[][] = [];
    const loss: RunOptions['loss'] = (logits, targets) => {
      seen.push([targets.rank, ...targets.shape]);
      return tf.mean(tf.mul(logits, targets)) as tf.Scalar;
    };
    await tinyRun(undefined, { augment: even, loss, args: { maxSteps: 1 } }).trainer.train();
    expect(seen).toEqual([[2, 2, 3]]);
    const { log } = await tinyRun(undefined, {
      augment: even,
      args: { learningRate: 0.05, numTrainEpochs: 30 },
    }).trainer.train();
    expect(log.at(-1)!.loss).toBeCloseTo(Math.log(3), 1); // the entropy of what is asked for
  });
});
