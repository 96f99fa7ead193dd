import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASTForAudioClassification, AudioClassifier, addLora, classifierHead, freeze } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { type AudioDataset, subset } from '../../src/datasets/index.js';
import { DatasetError } from '../../src/errors.js';
import { embedDataset, type FeatureExtractor, Trainer } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../support/backends.js';
import { relativeError } from '../support/golden.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';

const args = { numTrainEpochs: 3, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };
const weights = async (model: ASTForAudioClassification): Promise<number[]> =>
  (await Promise.all([...model.parameters().values()].map((parameter) => parameter.data()))).flatMap((data) => [
    ...data,
  ]);

/** Features of any sound, also of the noise by which extractors are told apart: the clip's number is its first sample. */
function data(clips?: number): { trainDataset: AudioDataset; extractor: FeatureExtractor } {
  const { trainDataset, extractor } = tinyData(clips);
  return {
    trainDataset,
    extractor: {
      extract: (waveform) =>
        extractor.extract(waveform.samples.length > 1 ? { samples: Float32Array.of(0), sampleRate: 16000 } : waveform),
    },
  };
}

describeOnBackends(synchronousBackends, 'a head trained on embeddings', () => {
  it('moves as it does in a model with all else frozen', async () => {
    const [whole, embedded] = [tinyModel(), tinyModel()];
    const { trainDataset, extractor } = data();
    freeze(whole);
    const expected = await new Trainer({ model: whole, trainDataset, extractor, args }).train();
    const embeddings = await embedDataset(embedded, extractor, trainDataset, { batchSize: 5 });
    const head = classifierHead(embedded);
    const result = await new Trainer({ model: head, trainDataset: embeddings, extractor, args }).train();
    for (const [i, { loss }] of expected.log.entries()) expect(result.log[i]!.loss).toBeCloseTo(loss, 4);
    expect(relativeError(await weights(embedded), await weights(whole))).toBeLessThan(1e-4);
  });

  it('leaves no tensor behind', async () => {
    const model = tinyModel();
    const { trainDataset, extractor } = data();
    const left = await tensorsLeft(async () => {
      const embeddings = await embedDataset(model, extractor, trainDataset);
      await new Trainer({ model: classifierHead(model), trainDataset: embeddings, extractor, args }).train();
    });
    expect(left).toBe(0);
  });
});

describe('embedDataset', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('sends each clip through the encoder once, in batches, and says how far it is', async () => {
    const model = tinyModel();
    const { trainDataset, extractor } = data(7);
    const batches: number[] = [];
    const progress: string[] = [];
    const encoder = {
      encode(inputValues: tf.Tensor3D) {
        batches.push(inputValues.shape[0]);
        return model.encode(inputValues);
      },
    };
    const options = { batchSize: 3, onProgress: (done: number, total: number) => progress.push(`${done} of ${total}`) };
    const embeddings = await embedDataset(encoder, extractor, trainDataset, options);
    expect([batches, progress]).toEqual([
      [3, 3, 1],
      ['3 of 7', '6 of 7', '7 of 7'],
    ]);
    await new Trainer({ model: classifierHead(model), trainDataset: embeddings, extractor, args }).train();
    expect(batches).toHaveLength(3);
    const { data: first, frames, bins } = await embeddings.features!.read(0);
    expect([frames, bins]).toEqual([1, 8]);
    const inputValues = tf.tensor3d(extractor.extract((await trainDataset.get(0)).waveform).data, [1, 24, 16]);
    expect(relativeError(first, model.encode(inputValues).poolerOutput.dataSync())).toBeLessThan(1e-5);
  });

  it('keeps ids, labels and parts of the data set', async () => {
    const { trainDataset, extractor } = data();
    const embeddings = await embedDataset(tinyModel(), extractor, trainDataset);
    expect([embeddings.name, embeddings.length, embeddings.labels]).toEqual([
      trainDataset.name,
      12,
      trainDataset.labels,
    ]);
    const part = subset(embeddings, [4, 2]);
    expect([part.idOf(0), part.labelOf(1)]).toEqual([trainDataset.idOf(4), trainDataset.labelOf(2)]);
    expect(await part.features!.read(0)).toEqual(await embeddings.features!.read(4));
    await expect(embeddings.features!.read(12)).rejects.toThrow('there is no recording 12');
  });

  it('has whoever asks for an unreadable recording get its error, or skip it', async () => {
    const { trainDataset, extractor } = data();
    const broken = { ...trainDataset, get: async (index: number) => (index === 1 ? fail() : trainDataset.get(index)) };
    const embeddings = await embedDataset(tinyModel(), extractor, broken, { batchSize: 2 });
    await expect(embeddings.features!.read(1)).rejects.toThrow('clip 1 is broken');
    const model = classifierHead(tinyModel());
    const run = (onUnreadable: 'throw' | 'skip') =>
      new Trainer({ model, trainDataset: embeddings, extractor, args: { ...args, onUnreadable } }).train();
    await expect(run('throw')).rejects.toThrow('clip 1 is broken');
    expect((await run('skip')).skipped).toEqual([{ id: 'clip 1', reason: 'clip 1 is broken' }]);
  });

  it('refuses a batch of no clips', async () => {
    const { trainDataset, extractor } = data();
    await expect(embedDataset(tinyModel(), extractor, trainDataset, { batchSize: 0 })).rejects.toThrow(
      'expected batchSize to be a positive integer, got 0',
    );
  });
});

const fail = (): never => {
  throw new DatasetError('clip 1 is broken');
};

describe('classifierHead', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('teaches the model, which then classifies and saves as ever', async () => {
    const model = tinyModel();
    const { trainDataset, extractor } = data();
    const embeddings = await embedDataset(model, extractor, trainDataset);
    const trainer = new Trainer({
      model: classifierHead(model),
      trainDataset: embeddings,
      extractor,
      args: { ...args, numTrainEpochs: 40 },
    });
    await trainer.train();
    const { evalAccuracy } = await trainer.evaluate(embeddings);
    expect(evalAccuracy).toBeGreaterThan(0.6); // of three classes
    const whole = new Trainer({ model, evalDataset: trainDataset, extractor });
    expect((await whole.evaluate()).evalAccuracy).toBe(evalAccuracy);
    const directory = temporaryDirectory();
    await trainer.saveModel(directory);
    const loaded = await ASTForAudioClassification.fromPretrained(directory);
    expect(await weights(loaded)).toEqual(await weights(model));
    const sound = { samples: new Float32Array(8000).fill(0.1), sampleRate: 16000 };
    expect(await new AudioClassifier(loaded).classify(sound)).toEqual(await new AudioClassifier(model).classify(sound));
  });

  it('has the parameters of the head alone', () => {
    expect([...classifierHead(tinyModel()).parameters().keys()]).toEqual([
      'classifier.layernorm.weight',
      'classifier.layernorm.bias',
      'classifier.dense.weight',
      'classifier.dense.bias',
    ]);
  });

  it('refuses spectrograms, and a model under an adapter', () => {
    const model = tinyModel();
    expect(() => classifierHead(model).forward(tf.zeros([2, 24, 16]))).toThrow(
      'A head takes embeddings [batch, 1, 8], got [2, 24, 16]. Make them with embedDataset(model, extractor, dataset), also for evaluation.',
    );
    addLora(model);
    expect(() => classifierHead(model)).toThrow('The model has an adapter, with a head of its own');
  });
});
