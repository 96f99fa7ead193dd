import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backends/index.js';
import { selectFolds } from '../../../src/datasets/index.js';
import { CheckpointError, TrainingError } from '../../../src/errors.js';
import {
  adam,
  type CrossValidationOptions,
  type CrossValidationResult,
  crossValidate,
  readCrossValidation,
  Trainer,
} from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { foldedData } from '../../support/foldedData.js';
import { tinyModel } from '../../support/tinyModel.js';

const args = { numTrainEpochs: 2, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };

/** A run of three folds, and which folds a model was made for. */
function tinyRun(options: Partial<CrossValidationOptions> = {}) {
  const made: number[] = [];
  const { dataset, extractor } = foldedData();
  const run = crossValidate({
    name: 'tiny',
    dataset,
    extractor,
    ...options,
    makeModel: (context) => {
      made.push(context.fold);
      return options.makeModel ? options.makeModel(context) : tinyModel({}, context.fold);
    },
    args: { ...args, ...options.args },
  });
  return run.then(
    (result) => ({ result, made }),
    (error: Error) => ({ error, made, result: undefined as unknown as CrossValidationResult }),
  );
}
const failure = async (options: Partial<CrossValidationOptions>) => {
  const outcome = await tinyRun(options);
  return { error: 'error' in outcome ? outcome.error : undefined, made: outcome.made };
};
const logitsOf = ({ folds }: CrossValidationResult) => folds.map(({ predictions }) => predictions.logits);

describe('crossValidate', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('tests each fold on a model that the others trained', async () => {
    const { result, made } = await tinyRun();
    expect(made).toEqual([1, 2, 3]);
    expect(result.folds.map(({ fold }) => fold)).toEqual([1, 2, 3]);
    expect(result.missingFolds).toEqual([]);
    expect(result.pooled.ids).toEqual(Array.from({ length: 18 }, (_, i) => `clip ${i}`));

    const { dataset, extractor } = foldedData();
    const trainer = new Trainer({
      model: tinyModel({}, 2),
      extractor,
      trainDataset: selectFolds(dataset, [1, 3]),
      args: { ...args, evalStrategy: 'no' },
    });
    const { trainingLoss } = await trainer.train();
    const { logits } = await trainer.predict(selectFolds(dataset, [2]));
    expect(result.folds[1]!.predictions.logits).toEqual(logits);
    expect(result.folds[1]!.training).toMatchObject({ trainingLoss, globalStep: 6, backend: 'cpu', skipped: [] });
  });

  it('gives mean, sample standard deviation and the confusion matrix of all folds together', async () => {
    const { result } = await tinyRun({ args: { learningRate: 2e-3 } });
    const accuracies = result.folds.map(({ predictions: { labels, predictions } }) => {
      const right = labels.filter((label, i) => label === predictions[i]).length;
      return right / labels.length;
    });
    expect(result.folds.map(({ metrics }) => metrics.evalAccuracy)).toEqual(accuracies);
    const [a, b, c] = accuracies as [number, number, number];
    const mean = (a + b + c) / 3;
    expect(new Set(accuracies).size).toBeGreaterThan(1);
    expect(result.mean.evalAccuracy).toBeCloseTo(mean, 12);
    expect(result.std.evalAccuracy).toBeCloseTo(
      Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2),
      12,
    );
    const right = result.confusionMatrix.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(right).toBe(6 * (a + b + c));
    expect(result.confusionMatrix.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([6, 6, 6]);
    expect(result.pooled.loss).toBeCloseTo(result.mean.evalLoss, 12); // folds of one size
  });

  it('prints a table', async () => {
    const { result } = await tinyRun();
    const [title, heading, ...rows] = String(result).split('\n');
    expect(title).toBe('tiny: 3 of 3 folds');
    expect(heading).toMatch(/^fold\s+clips\s+accuracy\s+balanced\s+macro F1\s+loss$/);
    expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(['1', '2', '3', 'mean', 'std', 'std:']);
    expect(rows[0]).toMatch(new RegExp(`^1\\s+6\\s+${result.folds[0]!.metrics.evalAccuracy.toFixed(3)}\\s`));
    expect(JSON.parse(JSON.stringify(result)).mean).toEqual(result.mean);
  });

  it('frees every model and leaves no tensor behind, also when a fold fails', async () => {
    const before = tf.memory().numTensors;
    await tinyRun();
    expect(tf.memory().numTensors).toBe(before);
    const callbacks = (fold: number) => [
      { onStepEnd: () => (fold === 2 ? Promise.reject(new Error('stop')) : undefined) },
    ];
    const { error } = await failure({ callbacks });
    expect(error?.message).toContain('stop');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('makes the features of a clip once for all folds', async () => {
    const { dataset, extractor, extracted } = foldedData();
    await tinyRun({ dataset, extractor });
    expect(extracted()).toBe(18);
  });

  it("begins each fold with an optimizer's memory empty", async () => {
    const optimizer = adam();
    const before = tf.memory().numTensors;
    const { result } = await tinyRun({ args: { optimizer } });
    const { result: named } = await tinyRun({ args: { optimizer: 'adam' } });
    expect(logitsOf(result)).toEqual(logitsOf(named));
    expect(tf.memory().numTensors).toBe(before);
  });

  describe('with an outputDir', () => {
    it('goes on where it was broken off, without training a finished fold again', async () => {
      const outputDir = temporaryDirectory();
      const callbacks = (fold: number) => [
        { onStepEnd: () => (fold === 2 ? Promise.reject(new Error('stop')) : undefined) },
      ];
      expect((await failure({ outputDir, callbacks })).made).toEqual([1, 2]);
      expect(readdirSync(outputDir)).toEqual(['fold-1.json']);
      const { result, made } = await tinyRun({ outputDir });
      expect(made).toEqual([2, 3]);
      expect(logitsOf(result)).toEqual(logitsOf((await tinyRun()).result));
      const again = await tinyRun({ outputDir });
      expect(again.made).toEqual([]);
      expect(again.result).toEqual(result);
      expect(String(again.result)).toBe(String(result));
    });

    it('trains chosen folds, which others put together', async () => {
      const outputDir = temporaryDirectory();
      const part = await tinyRun({ outputDir, only: [2] });
      expect(part.result.missingFolds).toEqual([1, 3]);
      expect(String(part.result)).toContain('tiny: 1 of 3 folds; not done: 1, 3');
      expect(part.result.std.evalAccuracy).toBeNaN();
      expect((await tinyRun({ outputDir, only: [1, 3] })).made).toEqual([1, 3]);
      const whole = await readCrossValidation(outputDir);
      expect(logitsOf(whole)).toEqual(logitsOf((await tinyRun()).result));
      expect(whole.name).toBe('tiny');
    });

    it('takes up a fold from its checkpoint, with a saveStrategy', async () => {
      const outputDir = temporaryDirectory();
      const steps: number[] = [];
      const callbacks = (fold: number) => [
        {
          onStepEnd({ step }: { step: number }) {
            if (fold === 1) steps.push(step);
            if (steps.length === 4) throw new Error('stop');
          },
        },
      ];
      const options = { outputDir, only: [1], callbacks, args: { saveStrategy: 'epoch' as const } };
      expect((await failure(options)).error?.message).toContain('stop');
      const { result } = await tinyRun(options);
      expect(steps).toEqual([1, 2, 3, 4, 4, 5, 6]);
      expect(logitsOf(result)[0]).toEqual(logitsOf((await tinyRun()).result)[0]);
    });

    it.each([
      ['an argument', { args: { learningRate: 1e-3 } }, /args\.learningRate is 0\.01 in the file, 0\.001 here/],
      ['a setting', { settings: { model: 'other' } }, /settings\.model is not given in the file, "other" here/],
      ['the name', { name: 'another' }, /name is "tiny" in the file, "another" here/],
      [
        'augmentation',
        { augment: { features: (features) => features } },
        /augment is "none" in the file, "features" here/,
      ],
      [
        'the folds',
        { dataset: { ...foldedData().dataset, foldOf: (index: number) => 1 + (index % 3) } },
        /dataset\.folds/,
      ],
    ] as [string, Partial<CrossValidationOptions>, RegExp][])(
      'refuses results of a run that differs in %s, before any work',
      async (_, options, message) => {
        const outputDir = temporaryDirectory();
        await tinyRun({ outputDir, only: [1] });
        const { error, made } = await failure({ outputDir, ...options });
        expect(error).toBeInstanceOf(TrainingError);
        expect(error?.message).toMatch(message);
        expect(error?.message).toContain('fold-1.json is of another run');
        expect(made).toEqual([]);
      },
    );

    it('does not mind arguments that change no number', async () => {
      const outputDir = temporaryDirectory();
      await tinyRun({ outputDir, only: [1] });
      const { made } = await tinyRun({ outputDir, only: [1], args: { disableProgress: true, learningRate: 1e-2 } });
      expect(made).toEqual([]);
    });

    it('names a result that is broken, or of another version', async () => {
      const outputDir = temporaryDirectory();
      await tinyRun({ outputDir, only: [1] });
      const file = join(outputDir, 'fold-1.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.slice(0, 100));
      const { error } = await failure({ outputDir });
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error?.message).toMatch(/fold-1\.json is broken: .*Delete it/);
      writeFileSync(file, text.replace('"format":1', '"format":2'));
      await expect(readCrossValidation(outputDir)).rejects.toThrow(/has format 2, this version reads format 1/);
      rmSync(file);
      await expect(readCrossValidation(outputDir)).rejects.toThrow(/holds no result of crossValidate/);
    });
  });

  it('refuses folds that are not there', async () => {
    expect((await failure({ only: [4] })).error?.message).toMatch(/has the folds 1, 2, 3; there is no fold 4/);
    expect((await failure({ only: [] })).error?.message).toMatch(/only: expected one fold or more/);
    expect((await failure({ folds: 4 })).error?.message).toMatch(/has 3 folds of its own/);
  });
});
