import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AudioClassifier, addLora, classifierHead, patchout } from '../../src/ast/index.js';
import { mixup } from '../../src/augment/index.js';
import { evaluateModel } from '../../src/evaluation/index.js';
import { deletionCurve, explain, occlusionMap } from '../../src/explain/index.js';
import { fromLayersModel } from '../../src/layers/index.js';
import {
  embedDataset,
  exponentialMovingAverage,
  type TrainableModel,
  Trainer,
  type TrainerOptions,
} from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tinyConfig, tinyData, tinyLabels, tinyModel } from '../support/tinyModel.js';
import { tinyNetwork } from '../support/tinyNetwork.js';

const { maxLength: frames, numMelBins: bins } = tinyConfig;
const features = { data: Float32Array.from({ length: frames * bins }, (_, i) => Math.sin(i * i)), frames, bins };
const sound = { samples: Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i)), sampleRate: 16000 };

/** Two steps and an evaluation. */
async function train(model: TrainableModel, options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  const data = tinyData();
  const args = { maxSteps: 2, perDeviceTrainBatchSize: 4, gradientAccumulationSteps: 2, ...options.args };
  const evalDataset = { ...data.trainDataset, idOf: (index: number) => `test clip ${index}` };
  const trainer = new Trainer({ model, ...data, evalDataset, ...options, args });
  await trainer.train();
  return trainer;
}

/** All that this library does with TensorFlow.js, once or for two steps, by what it is. */
export const uses: Record<string, () => Promise<unknown>> = {
  'the model': async () => {
    const model = tinyModel();
    const input = tf.tensor3d(features.data, [1, frames, bins]);
    model.forward(input, { outputAttentions: true, outputHiddenStates: true });
    // Another window than the checkpoint's: position embeddings are cut or interpolated.
    const directory = await temporaryDirectory();
    await model.savePretrained(directory);
    for (const maxLength of [16, 40]) {
      const classifier = await AudioClassifier.fromPretrained(directory, { maxLength });
      await classifier.classify(sound);
      await classifier.classifyLong(sound);
    }
  },
  'training, with all that a step can have': async () => {
    const outputDir = await temporaryDirectory();
    const dropouts = { hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 };
    const args = {
      outputDir,
      gradientCheckpointing: true,
      labelSmoothingFactor: 0.1,
      classWeights: 'balanced',
      layerwiseLearningRateDecay: 0.9,
      saveStrategy: 'epoch',
    } as const;
    const callbacks = [exponentialMovingAverage()];
    await train(tinyModel(dropouts), { args, callbacks });
    await train(tinyModel(dropouts), { args: { ...args, resumeFromCheckpoint: true }, callbacks });
    const best = { outputDir: await temporaryDirectory(), loadBestModelAtEnd: true };
    await train(tinyModel(), { args: { ...args, ...best } });
  },
  'labels that are mixed': () => train(tinyModel(), { augment: { batch: mixup() } }),
  'several labels a sound': () => {
    const { trainDataset, extractor } = tinyData();
    const labelsOf = (index: number): number[] => [index % 3, (index + 1) % 3];
    const options = { trainDataset: { ...trainDataset, labelsOf }, extractor, evalDataset: undefined };
    return train(tinyModel({ problemType: 'multi_label_classification' }), options);
  },
  'the optimizer adam': () => train(tinyModel(), { args: { optimizer: 'adam', weightDecay: 0.1 } }),
  'the optimizer sgd': () => train(tinyModel(), { args: { optimizer: 'sgd', weightDecay: 0.1 } }),
  LoRA: async () => {
    const lora = addLora(tinyModel(), { rank: 2, dropout: 0.1 });
    await train(lora);
    lora.merge();
  },
  patchout: () => train(patchout(tinyModel(), { time: 1, frequency: 1 })),
  'a head on embeddings': async () => {
    const { trainDataset, extractor } = tinyData();
    const model = tinyModel();
    const embeddings = await embedDataset(model, extractor, trainDataset);
    await train(classifierHead(model), { trainDataset: embeddings, evalDataset: undefined });
  },
  'a convolutional network': () => train(fromLayersModel(tinyNetwork(), { labels: tinyLabels })),
  'a deeper one': () => {
    const { layers } = tfl;
    const stack = [
      layers.conv2d({ inputShape: [frames, bins, 1], filters: 2, kernelSize: 3, strides: 2, activation: 'relu6' }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', activation: 'sigmoid' }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 2, kernelSize: 1, activation: 'elu' }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 4, activation: 'tanh' }),
      layers.dense({ units: tinyLabels.length }),
    ];
    return train(fromLayersModel(tfl.sequential({ layers: stack }), { labels: tinyLabels }));
  },
  explanations: async () => {
    const model = tinyModel();
    for (const method of ['relevance', 'rollout', 'last-block'] as const) await explain(model, features, { method });
    const map = await occlusionMap(model, features);
    await deletionCurve(model, features, map);
  },
  'an evaluation': async () => {
    const { trainDataset, extractor } = tinyData();
    await evaluateModel(tinyModel(), trainDataset, { extractor });
  },
};
