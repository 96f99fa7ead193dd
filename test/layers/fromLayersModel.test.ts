import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { TrainingError } from '../../src/errors.js';
import { fromLayersModel } from '../../src/layers/index.js';
import { stackSpectrograms } from '../../src/ops/index.js';
import { Trainer, type TrainerState, valueAndGradients } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { describeOnBackends, synchronousBackends, tensorsLeft } from '../support/backends.js';
import { tinyConfig, tinyData, tinyLabels } from '../support/tinyModel.js';
import { tinyNetwork } from '../support/tinyNetwork.js';

const labels = tinyLabels;
const { maxLength: frames, numMelBins: bins } = tinyConfig;
const tiny = (options?: Parameters<typeof tinyNetwork>[0]) => fromLayersModel(tinyNetwork(options), { labels });

/** Features of the first clips of {@link tinyData}, [clips, frames, bins]. */
function inputs(clips = 4): tf.Tensor3D {
  const { extractor } = tinyData();
  const features = Array.from({ length: clips }, (_, i) =>
    extractor.extract({ samples: Float32Array.of(i), sampleRate: 16000 }),
  );
  return stackSpectrograms(features);
}

function logitsOf(model: ReturnType<typeof tiny>, options: { training: boolean; seed?: number }): number[] {
  return tf.tidy(() => [...model.forward(inputs(), options).logits.dataSync()]);
}

describeOnBackends(synchronousBackends, 'a LayersModel in the Trainer', () => {
  it('learns what can be learned, and leaves no tensor behind', async () => {
    const model = tiny();
    const args = { numTrainEpochs: 15, perDeviceTrainBatchSize: 4, learningRate: 1e-2 };
    const trainer = new Trainer({ model, ...tinyData(), args });
    expect(await tensorsLeft(() => trainer.predict(tinyData().trainDataset))).toBe(0);
    const before = tf.memory().numTensors;
    const { log } = await trainer.train();
    expect(tf.memory().numTensors).toBe(before);
    expect(log.at(-1)!.loss).toBeLessThan(0.3 * log[0]!.loss);
    const { evalAccuracy } = await trainer.evaluate(tinyData(12, 1).trainDataset);
    expect(evalAccuracy).toBeGreaterThan(0.9);
    model.dispose();
  });
});

describe('a run of a LayersModel', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  const run = async (outputDir: string, stopAt?: number) => {
    const model = tiny();
    const args = { numTrainEpochs: 3, perDeviceTrainBatchSize: 4, learningRate: 1e-2, outputDir };
    const onStepEnd = ({ step }: TrainerState) => {
      if (step === stopAt) throw new Error('broken off');
    };
    const trainer = new Trainer({ model, ...tinyData(), args, callbacks: [{ onStepEnd }] });
    const { log } = await trainer.train({ resumeFromCheckpoint: true });
    return { model, log };
  };

  it('goes on from a checkpoint as if it had not been broken off, dropout and moving averages included', async () => {
    const whole = await run(temporaryDirectory());
    const directory = temporaryDirectory();
    await expect(run(directory, 5)).rejects.toThrow('broken off');
    const resumed = await run(directory);
    expect(resumed.log.map(({ loss }) => loss)).toEqual(whole.log.map(({ loss }) => loss));
    for (const [name, parameter] of whole.model.parameters())
      expect(resumed.model.parameters().get(name)!.dataSync(), name).toEqual(parameter.dataSync());
  });

  it('has the penalty of the regularizers in its loss', async () => {
    const without = fromLayersModel(tinyNetwork({ l2: 0 }), { labels });
    const losses: number[] = [];
    for (const model of [tiny({ l2: 0.5 }), without]) {
      const { log } = await new Trainer({ model, ...tinyData(), args: { maxSteps: 1 } }).train();
      losses.push(log[0]!.loss);
    }
    const fresh = tiny({ l2: 0.5 });
    expect(losses[0]! - losses[1]!).toBeCloseTo(fresh.regularization!().dataSync()[0]!, 4);
  });
});

describe('fromLayersModel', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('frees all that the model has', async () => {
    expect(await tensorsLeft(() => tiny().dispose())).toBe(0);
  });

  it('names parameters by their place in the model, however many models were made before', () => {
    const names = [...tiny().parameters().keys()];
    expect([...tiny().parameters().keys()]).toEqual(names);
    expect(names.sort()).toEqual([
      'batch_normalization_1/beta',
      'batch_normalization_1/gamma',
      'batch_normalization_1/moving_mean',
      'batch_normalization_1/moving_variance',
      'conv2d_1/bias',
      'conv2d_1/kernel',
      'dense_1/bias',
      'dense_1/kernel',
    ]);
  });

  it('keeps the names that layers were given', () => {
    const network = tfl.sequential({
      layers: [
        tfl.layers.flatten({ inputShape: [frames, bins] }),
        tfl.layers.dense({ units: 3, name: 'hidden' }),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    const names = [...fromLayersModel(network, { labels }).parameters().keys()];
    expect(names.sort()).toEqual(['dense_1/bias', 'dense_1/kernel', 'hidden/bias', 'hidden/kernel']);
  });

  it("gives the model's own variables, trainable as the layers say", () => {
    const network = tinyNetwork();
    const model = fromLayersModel(network, { labels });
    const trainable = () => [...model.parameters()].filter(([, { trainable }]) => trainable).map(([name]) => name);
    expect(trainable()).toHaveLength(6);
    network.layers[0]!.trainable = false;
    expect(trainable().sort()).toEqual([
      'batch_normalization_1/beta',
      'batch_normalization_1/gamma',
      'dense_1/bias',
      'dense_1/kernel',
    ]);
    model
      .parameters()
      .get('dense_1/bias')!
      .assign(tf.tensor1d([5, 6, 7]));
    expect([...network.layers.at(-1)!.getWeights()[1]!.dataSync()]).toEqual([5, 6, 7]);
  });

  it('gives the scores that the softmax at its end is of, and leaves the model as it is', () => {
    const network = tinyNetwork();
    const model = fromLayersModel(network, { labels });
    const kernel = model.parameters().get('dense_1/kernel')!;
    kernel.assign(tf.mul(kernel, 1000)); // probabilities of 0 and 1, whose logarithms are useless
    const [logits, probabilities, predicted] = tf.tidy(() => {
      const { logits } = model.forward(inputs(), { training: false });
      const predicted = network.predict(tf.expandDims(inputs(), -1)) as tf.Tensor;
      return [logits.dataSync(), tf.softmax(logits).dataSync(), predicted.dataSync()];
    });
    expect(Math.max(...logits.map(Math.abs))).toBeGreaterThan(50);
    for (const [i, probability] of probabilities.entries()) expect(predicted[i]).toBeCloseTo(probability, 6);
  });

  it.each([
    ['a Softmax layer', () => tfl.layers.softmax(), 'single_label_classification'],
    ['an Activation layer', () => tfl.layers.activation({ activation: 'softmax' }), 'single_label_classification'],
    [
      'a sigmoid for several labels',
      () => tfl.layers.activation({ activation: 'sigmoid' }),
      'multi_label_classification',
    ],
  ] as const)('leaves out %s at the end, also of a model within the model', (_, ending, problemType) => {
    const head = tfl.sequential({
      layers: [tfl.layers.flatten({ inputShape: [frames, bins] }), tfl.layers.dense({ units: 3 })],
    });
    const whole = tfl.sequential({ layers: [...head.layers, ending()] });
    const nested = tfl.sequential({
      layers: [tfl.layers.reshape({ inputShape: [frames, bins], targetShape: [frames, bins] }), whole],
    });
    tf.tidy(() => {
      const expected = (head.predict(inputs()) as tf.Tensor).dataSync();
      for (const network of [whole, nested]) {
        const { logits } = fromLayersModel(network, { labels, problemType }).forward(inputs(), { training: false });
        expect(logits.dataSync()).toEqual(expected);
      }
    });
  });

  it('drops the same in training for the same seed, other values for another, and nothing else', () => {
    const model = tiny({ dropout: 0.5 });
    const first = logitsOf(model, { training: true, seed: 1 });
    expect(logitsOf(model, { training: true, seed: 1 })).toEqual(first);
    expect(logitsOf(model, { training: true, seed: 2 })).not.toEqual(first);
    const evaluated = logitsOf(model, { training: false });
    expect(logitsOf(model, { training: false, seed: 2 })).toEqual(evaluated);
    expect(model.layersModel.layers[3]!.getConfig()['seed']).toBeUndefined();
  });

  it('drops other values in each layer', () => {
    const dropout = () => tfl.layers.dropout({ rate: 0.5 });
    const network = tfl.sequential({
      layers: [tfl.layers.reshape({ inputShape: [1, 3], targetShape: [3] }), dropout(), dropout(), dropout()],
    });
    const model = fromLayersModel(network, { labels });
    const kept = tf.tidy(() => {
      const { logits } = model.forward(tf.ones([1000, 1, 3]), { training: true, seed: 3 });
      return tf.mean(tf.cast(tf.greater(logits, 0), 'float32')).dataSync()[0]!;
    });
    expect(kept).toBeGreaterThan(0.1); // 1/8 of the values pass three masks, half of them if the masks were one
    expect(kept).toBeLessThan(0.15);
  });

  it("moves batch normalisation's averages in training only, as Keras does", () => {
    const model = tiny({ dropout: 0 });
    const averages = () => {
      const parameters = model.parameters();
      return ['mean', 'variance'].map((kind) => [
        ...parameters.get(`batch_normalization_1/moving_${kind}`)!.dataSync(),
      ]);
    };
    logitsOf(model, { training: false });
    expect(averages()).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
    logitsOf(model, { training: true });
    const [means, variances] = averages();
    const expected = tf.tidy(() => {
      const [conv] = model.layersModel.layers;
      const { mean, variance } = tf.moments(conv!.apply(tf.expandDims(inputs(), -1)) as tf.Tensor, [0, 1, 2]);
      return { mean: mean.dataSync(), variance: variance.dataSync() };
    });
    for (let channel = 0; channel < 4; channel++) {
      expect(means![channel]).toBeCloseTo(0.1 * expected.mean[channel]!, 6);
      expect(variances![channel]).toBeCloseTo(0.9 + 0.1 * expected.variance[channel]!, 6);
    }
  });

  it('gives the penalty of the regularizers, with its gradient', async () => {
    const model = tiny({ l2: 0.01 });
    const kernels = ['conv2d_1/kernel', 'dense_1/kernel'].map((name) => model.parameters().get(name)!);
    const squares = kernels.flatMap((kernel) => [...kernel.dataSync()]).map((weight) => weight ** 2);
    const penalty = 0.01 * squares.reduce((sum, square) => sum + square, 0);
    const before = tf.memory().numTensors;
    const { loss, gradients } = valueAndGradients(model.parameters(), () => model.regularization!());
    expect(loss.dataSync()[0]).toBeCloseTo(penalty, 5);
    const [weight] = kernels[0]!.dataSync();
    expect(gradients.get('conv2d_1/kernel')!.dataSync()[0]).toBeCloseTo(2 * 0.01 * weight!, 6);
    tf.dispose([loss, ...gradients.values()]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has no penalty without regularizers', () => {
    const network = tfl.sequential({
      layers: [tfl.layers.flatten({ inputShape: [frames, bins] }), tfl.layers.dense({ units: 3 })],
    });
    expect(fromLayersModel(network, { labels }).regularization).toBeUndefined();
  });

  it('turns spectrograms for a model whose input begins with the bins', () => {
    const flat = (shape: number[]) =>
      tfl.sequential({
        layers: [tfl.layers.reshape({ inputShape: shape, targetShape: [shape[0]! * shape[1]!] })],
      });
    const values = Array.from({ length: 6 }, (_, i) => i);
    const spectrogram = tf.tensor3d(values, [1, 2, 3]); // 2 frames, 3 bins
    const six = ['a', 'b', 'c', 'd', 'e', 'f'];
    const read = (shape: number[], options: { inputAxes?: 'bins-frames' }) =>
      tf.tidy(() => [
        ...fromLayersModel(flat(shape), { labels: six, ...options })
          .forward(spectrogram, { training: false })
          .logits.dataSync(),
      ]);
    expect(read([2, 3, 1], {})).toEqual(values);
    expect(read([2, 3], {})).toEqual(values);
    expect(read([3, 2, 1], { inputAxes: 'bins-frames' })).toEqual([0, 3, 1, 4, 2, 5]);
    expect(read([3, 2], { inputAxes: 'bins-frames' })).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('refuses features of another size with what to do', () => {
    const model = tiny();
    const turned = tf.zeros([1, bins, frames]) as tf.Tensor3D;
    expect(() => model.forward(turned, { training: false })).toThrow(
      /Expected inputValues of shape \[batch, 24, 16\] \(frames, bins\), got \[1, 16, 24\].*inputAxes/,
    );
  });

  const dense = (args: object = {}) => tfl.layers.dense({ units: 3, ...args });
  const flatten = () => tfl.layers.flatten({ inputShape: [frames, bins] });
  // The default initializer of recurrent layers needs methods of tensors that only the whole of TensorFlow.js has.
  const recurrent = () => tfl.layers.simpleRNN({ units: 3, dropout: 0.1, recurrentInitializer: 'glorotUniform' });
  const sequence = () => tfl.layers.inputLayer({ inputShape: [frames, bins] });
  it.each([
    ['another number of outputs', [flatten(), dense({ units: 4 })], /shape \[batch, 3\].*got \[batch, 4\]/],
    [
      'an input that is no spectrogram',
      [dense({ inputShape: [7] })],
      /one input of shape \[batch, frames, bins, 1\].*got \[any, 7\]/,
    ],
    ['another ending', [flatten(), dense({ activation: 'tanh' })], /ends in tanh.*or end in softmax/],
    ['a sigmoid for one label a sound', [flatten(), dense({ activation: 'sigmoid' })], /ends in sigmoid/],
    [
      'noise that no seed repeats',
      [flatten(), tfl.layers.gaussianNoise({ stddev: 1 }), dense()],
      /GaussianNoise.*no seed repeats/,
    ],
    ['dropout within recurrent layers', [sequence(), recurrent(), dense()], /SimpleRNN.*no seed repeats/],
    ['constraints', [flatten(), dense({ kernelConstraint: 'nonNeg' })], /has a kernelConstraint/],
    [
      'two layers of one name',
      [flatten(), dense({ name: 'dense_1' }), dense()],
      /Two weights of the model are called dense_1\/kernel/,
    ],
  ])('refuses %s', (_, layers, message) => {
    const network = tfl.sequential({ layers });
    expect(() => fromLayersModel(network, { labels })).toThrow(TrainingError);
    expect(() => fromLayersModel(network, { labels })).toThrow(message);
  });
});
