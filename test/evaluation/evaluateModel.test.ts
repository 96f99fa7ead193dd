import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, subset } from '../../src/datasets/index.js';
import { DatasetError, EvaluationError } from '../../src/errors.js';
import { evaluateModel, toEvaluation, trainingHistory } from '../../src/evaluation/index.js';
import { type EvaluatedClip, metricsOf, parseEvaluation } from '../../src/results/index.js';
import { type TrainableModel, Trainer } from '../../src/train/index.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';

const { trainDataset, extractor } = tinyData(12);
const dataset: AudioDataset = { ...trainDataset, sourceOf: (index) => `recording-${Math.floor(index / 2)}` };
const quiet = { disableProgress: true } as const;

describe('evaluateModel', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('gives for every clip what the Trainer gives, and leaves no tensor', async () => {
    const model = tinyModel();
    const trainer = new Trainer({ model, extractor, args: quiet });
    const [predictions, metrics] = [await trainer.predict(dataset), await trainer.evaluate(dataset)];
    const tensors = tf.memory().numTensors;
    const result = await evaluateModel(model, dataset, { extractor, name: 'tiny', batchSize: 5 });
    expect(tf.memory().numTensors).toBe(tensors);

    expect(result.clips.map(({ id }) => id)).toEqual(predictions.ids);
    expect(result.clips.map(({ label }) => label)).toEqual(predictions.labels);
    expect(result.clips.map(({ prediction }) => prediction)).toEqual(predictions.predictions);
    for (const [i, { logits, scores, loss, label, source }] of result.clips.entries()) {
      for (const [j, logit] of logits.entries()) expect(logit).toBeCloseTo(predictions.logits[i]![j]!, 5);
      expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 12);
      expect(loss).toBeCloseTo(-Math.log(scores[label]!), 10);
      expect(source).toBe(`recording-${Math.floor(i / 2)}`);
    }
    const { loss, accuracy, balancedAccuracy, macroF1, meanAveragePrecision } = metricsOf(result);
    expect(loss).toBeCloseTo(metrics.evalLoss, 5);
    expect([accuracy, balancedAccuracy, macroF1]).toEqual([
      metrics.evalAccuracy,
      metrics.evalBalancedAccuracy,
      metrics.evalMacroF1,
    ]);
    expect(meanAveragePrecision).toBeCloseTo(metrics.evalMeanAveragePrecision, 10);

    expect(result).toMatchObject({
      name: 'tiny',
      labels: model.labels,
      dataset: { name: dataset.name, sampleRate: dataset.sampleRate },
      settings: { backend: 'cpu', batchSize: 5, model: { hiddenSize: 8 } },
      versions: { 'tfjs-core': tf.version_core, node: process.versions.node },
    });
    expect(result.timings.total).toBeGreaterThan(0);
    expect(parseEvaluation(JSON.stringify(result))).toEqual(result);
    expect(String(result)).toContain('macro avg');
    model.dispose();
  });

  it('takes the sigmoid and the mean binary cross-entropy for sounds with several labels', async () => {
    const model = tinyModel({ problemType: 'multi_label_classification' });
    const classes = (index: number): number[] => (index === 3 ? [] : [index % 3, (index + 1) % 3]);
    const several = { ...dataset, labelsOf: classes };
    const result = await evaluateModel(model, several, { extractor });
    const { evalLoss } = await new Trainer({ model, extractor, args: quiet }).evaluate(several);
    expect(metricsOf(result).loss).toBeCloseTo(evalLoss, 5);
    const { classes: own, logits, scores, loss } = result.clips[1]!;
    expect(own).toEqual([1, 2]);
    for (const [i, logit] of logits.entries()) expect(scores[i]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 12);
    const cross = scores.map((score, label) => -Math.log(own!.includes(label) ? score : 1 - score));
    expect(loss).toBeCloseTo(cross.reduce((sum, each) => sum + each, 0) / 3, 10);
    expect(result.clips[3]!.classes).toEqual([]);
    model.dispose();
  });

  it('asks where the model looked in clips that it gets wrong, or in all, with their features', async () => {
    const model = tinyModel();
    const asked: string[] = [];
    const attention = async ({ data }: { data: Float32Array }, clip: EvaluatedClip) => {
      asked.push(clip.id);
      return { method: 'rollout', frequencies: 1, times: 1, weights: [data[0]!] } as const;
    };
    const errors = await evaluateModel(model, dataset, { extractor, attention });
    const wrong = errors.clips.filter(({ label, prediction }) => label !== prediction).map(({ id }) => id);
    expect(wrong.length).toBeGreaterThan(0);
    expect(asked).toEqual(wrong);
    expect(errors.clips.filter((clip) => clip.attention).map(({ id }) => id)).toEqual(wrong);
    expect(String(errors)).toContain('macro avg');
    const all = await evaluateModel(model, dataset, { extractor, attention, attentionFor: 'all' });
    for (const [index, clip] of all.clips.entries()) {
      const { waveform } = await dataset.get(index);
      expect(clip.attention!.weights[0]).toBe(extractor.extract(waveform).data[0]);
    }
    model.dispose();
  });

  it('leaves out what cannot be read when that is asked for, keeps sources right, and tells of progress', async () => {
    const model = tinyModel();
    const broken: AudioDataset = {
      ...dataset,
      async get(index) {
        if (index % 4 === 0) throw new DatasetError(`clip ${index} is broken`);
        return dataset.get(index);
      },
    };
    await expect(evaluateModel(model, broken, { extractor })).rejects.toThrow(DatasetError);
    const progress: number[][] = [];
    const result = await evaluateModel(model, broken, {
      extractor,
      onUnreadable: 'skip',
      batchSize: 4,
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(result.skipped.map(({ reason }) => reason)).toEqual([0, 4, 8].map((i) => `clip ${i} is broken`));
    expect(result.clips).toHaveLength(9);
    expect(result.clips[3]!.source).toBe('recording-2'); // clip 5
    expect(progress).toEqual([
      [4, 12],
      [8, 12],
      [12, 12],
    ]);
    model.dispose();
  });

  it('makes the features that the model says it needs, and says so where it does not', async () => {
    const model: TrainableModel = { ...modelOfMeans(), config: {} };
    await expect(evaluateModel(model, dataset)).rejects.toThrow(EvaluationError);
    await expect(evaluateModel(model, dataset)).rejects.toThrow(/has no extractorConfig.*\{ extractor \}/);
    const seen: number[][] = [];
    for (const extractorConfig of [
      { samplingRate: 16000, numMelBins: 16, maxLength: 24 },
      { samplingRate: 16000, numMelBins: 12, maxLength: 20, hopLength: 512 },
    ])
      await evaluateModel({ ...modelOfMeans(seen), extractorConfig: extractorConfig as never }, secondOfNoise());
    expect(seen).toEqual([
      [1, 24, 16],
      [1, 20, 12],
    ]);
  });

  it('refuses predictions of another data set or model', async () => {
    const model = tinyModel();
    const predictions = await new Trainer({ model, extractor, args: quiet }).predict(dataset);
    const other = subset(dataset, [1, 2, 3]);
    expect(() => toEvaluation(predictions, { model, dataset: other })).toThrow(/number 0, which .* does not have/);
    const wider = { ...model, labels: ['a', 'b'], config: {} } as unknown as TrainableModel;
    expect(() => toEvaluation(predictions, { model: wider, dataset })).toThrow(/3 classes and the model 2/);
    model.dispose();
  });
});

describe('trainingHistory', () => {
  it('has every step and every evaluation of a run, also while it goes on', async () => {
    await useBackend('cpu');
    const model = tinyModel();
    const evalDataset = subset({ ...dataset, idOf: (index) => `test-${index}`, sourceOf: undefined }, [0, 1, 2]);
    const args = { ...quiet, perDeviceTrainBatchSize: 6, allowSharedRecordings: true };
    const run = await new Trainer({ model, extractor, trainDataset: dataset, evalDataset, args }).train();
    const { steps, evaluations } = trainingHistory(run);
    expect(steps).toHaveLength(4);
    expect(steps[3]).toEqual({
      step: 4,
      epoch: 2,
      loss: run.log[3]!.loss,
      learningRate: run.log[3]!.learningRate,
      gradNorm: run.log[3]!.gradNorm,
    });
    expect(evaluations.map(({ step, epoch }) => [step, epoch])).toEqual([
      [2, 1],
      [4, 2],
    ]);
    expect(evaluations[1]!.loss).toBe(run.evaluations[1]!.evalLoss);
    expect(evaluations[1]!.accuracy).toBe(run.evaluations[1]!.evalAccuracy);
    model.dispose();
  });
});

/** Logits from the mean of the features; notes the shapes that it gets. */
const modelOfMeans = (seen: number[][] = []): TrainableModel => ({
  labels: ['bird', 'water', 'wind'],
  config: {},
  parameters: () => new Map(),
  forward(inputValues) {
    seen.push(inputValues.shape);
    return { logits: tf.outerProduct(tf.mean(inputValues, [1, 2]) as tf.Tensor1D, tf.tensor1d([1, 2, 3])) };
  },
});

const secondOfNoise = (): AudioDataset => ({
  name: 'noise',
  length: 1,
  labels: ['bird', 'water', 'wind'],
  sampleRate: 16000,
  labelOf: () => 0,
  idOf: () => 'noise',
  get: async () => ({
    id: 'noise',
    label: 0,
    waveform: { samples: Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i * i)), sampleRate: 16000 },
  }),
});
