/**
 * A run of 60 steps on the tiny model with everything that a checkpoint holds, as a process of its own: tests end it at any
 * moment and start it again. It prints every step, and at the end the hash of the weights.
 */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../../src/backends/index.js';
import { createRandom } from '../../../src/random.js';
import { Trainer, type TrainerCallback, type TrainingArguments } from '../../../src/train/index.js';
import { tinyData, tinyModel } from '../../support/tinyModel.js';

const [outputDir, settings = '{}'] = process.argv.slice(2);

await useBackend('cpu');
const { trainDataset, extractor } = tinyData(20);
const noise = createRandom(1);
const moved = tf.variable(tf.scalar(0));

/** Draws a number from a stream of its own after each step and keeps the sum in a tensor: a memory that the weights depend on. */
const wander: TrainerCallback = {
  name: 'wander',
  onStepEnd(state) {
    tf.tidy(() => moved.assign(tf.add<tf.Scalar>(moved, noise.uniform())));
    state.learningRateFactor = 1 + 0.1 * Math.sin(moved.dataSync()[0]!);
    console.log(`step ${state.step}`);
  },
  save: () => ({ json: noise.state(), tensors: new Map([['moved', moved]]) }),
  restore({ json, tensors }) {
    noise.restore(json as number[]);
    moved.assign(tensors!.get('moved') as tf.Scalar);
  },
};

const trainer = new Trainer({
  model: tinyModel({ hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 }),
  extractor,
  trainDataset,
  evalDataset: {
    ...trainDataset,
    idOf: (index) => `test ${index}`,
    get: async (index) => trainDataset.get(19 - index),
  },
  augment: {
    features: (features, random) => ({
      ...features,
      data: features.data.map((value) => value + 0.1 * random.normal()),
    }),
    batch: (batch, random) => {
      const share = random.uniform(0.8, 1);
      return batch.map((clip, i) => ({
        features: clip.features,
        target: clip.target.map((value, label) => share * value + (1 - share) * batch.at(i - 1)!.target[label]!),
      }));
    },
  },
  callbacks: [wander],
  args: {
    outputDir,
    maxSteps: 60,
    perDeviceTrainBatchSize: 3,
    gradientAccumulationSteps: 2,
    learningRate: 1e-2,
    weightDecay: 0.01,
    warmupSteps: 5,
    saveStrategy: 'steps',
    saveSteps: 3,
    saveTotalLimit: 3,
    loadBestModelAtEnd: true,
    allowSharedRecordings: true,
    resumeFromCheckpoint: true,
    ...(JSON.parse(settings) as Partial<TrainingArguments>),
  },
});
const { globalStep, log, evaluations, best, interruptedBy } = await trainer.train();

const hash = createHash('sha256');
for (const parameter of trainer.model.parameters().values()) hash.update(parameter.dataSync() as Float32Array);
const numbers = log.map(({ step, epoch, loss, gradNorm, learningRate }) => [step, epoch, loss, gradNorm, learningRate]);
const scores = evaluations.map(({ step, evalLoss, evalAccuracy }) => [step, evalLoss, evalAccuracy]);
console.log(
  JSON.stringify({
    weights: hash.digest('hex'),
    log: createHash('sha256')
      .update(JSON.stringify([numbers, scores, best]))
      .digest('hex'),
    globalStep,
    evaluations: evaluations.length,
    interruptedBy,
  }),
);
