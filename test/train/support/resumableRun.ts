/**
 * A run of 60 steps on the tiny model with everything that a checkpoint holds, as a process of its own: tests end it at any
 * moment and start it again. It prints every step, and at the end the hashes of the weights and of the log.
 *
 *   node run.js DIRECTORY [ARGUMENTS AS JSON] [STEP]
 *
 * After STEP it waits for its end, for half a minute: who is to end it then may be slow.
 */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../../../src/backends/index.js';
import { createRandom } from '../../../src/random.js';
import { Trainer, type TrainerCallback, type TrainingArguments } from '../../../src/train/index.js';
import { tinyData, tinyModel } from '../../support/tinyModel.js';
import type { RunEnd } from './processes.js';

const [outputDir, settings = '{}', waitAfter] = process.argv.slice(2);

await useBackend('cpu');
const { trainDataset, extractor } = tinyData(20);
const model = tinyModel({ hiddenDropoutProb: 0.1, attentionProbsDropoutProb: 0.1 });

const hashOf = (...values: (string | Float32Array)[]): string => {
  const hash = createHash('sha256');
  for (const value of values) hash.update(value);
  return hash.digest('hex');
};
const weights = (): string => hashOf(...[...model.parameters().values()].map((p) => p.dataSync() as Float32Array));

/** Draws from a stream of its own after each step and keeps the sum in a tensor: a memory that the rate depends on. */
const noise = createRandom(1);
const sum = tf.variable(tf.scalar(0));
let lastWeights = '';
const wander: TrainerCallback = {
  name: 'wander',
  async onStepEnd(state) {
    tf.tidy(() => sum.assign(tf.add<tf.Scalar>(sum, noise.uniform())));
    state.learningRateFactor = 1 + 0.1 * Math.sin(sum.dataSync()[0]!);
    if (state.step === state.totalSteps) lastWeights = weights();
    console.log(`step ${state.step}`);
    if (state.step === Number(waitAfter)) await setTimeout(30_000);
  },
  save: () => ({ json: { noise: noise.state(), lastWeights }, tensors: new Map([['sum', sum]]) }),
  restore({ json, tensors }) {
    const memory = json as { noise: number[]; lastWeights: string };
    noise.restore(memory.noise);
    lastWeights = memory.lastWeights;
    sum.assign(tensors!.get('sum') as tf.Scalar);
  },
};

const trainer = new Trainer({
  model,
  extractor,
  trainDataset,
  evalDataset: { ...trainDataset, length: 8 },
  augment: {
    features: (features, random) => ({ ...features, data: features.data.map((value) => value + random.normal()) }),
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
    learningRate: 2e-3,
    weightDecay: 0.01,
    warmupSteps: 5,
    saveStrategy: 'steps',
    saveSteps: 5,
    saveTotalLimit: 2,
    loadBestModelAtEnd: true,
    metricForBestModel: 'evalAccuracy',
    allowSharedRecordings: true,
    resumeFromCheckpoint: true,
    ...(JSON.parse(settings) as Partial<TrainingArguments>),
  },
});
const { globalStep, log, evaluations, best } = await trainer.train();

const numbers = log.map(({ step, epoch, loss, gradNorm, learningRate }) => [step, epoch, loss, gradNorm, learningRate]);
const scores = evaluations.map(({ step, evalLoss, evalAccuracy }) => [step, evalLoss, evalAccuracy]);
const end: RunEnd = {
  lastWeights,
  bestWeights: weights(),
  log: hashOf(JSON.stringify([numbers, scores, best])),
  globalStep,
  evaluations: evaluations.length,
};
console.log(JSON.stringify(end));
