import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { MelSpectrogramExtractor, type Waveform } from '../../src/audio/index.js';
import {
  addGaussianSnr,
  type BatchAugmentation,
  compose,
  cutMix,
  filterAugment,
  gain,
  lowPassFilter,
  mixup,
  oneOf,
  perClip,
  pitchShift,
  shift,
  spectrogramMasking,
  timeRoll,
  timeStretch,
} from '../../src/augment/index.js';
import { useBackend } from '../../src/backends/index.js';
import { inMemoryDataset } from '../../src/datasets/index.js';
import { createRandom } from '../../src/random.js';
import { Trainer, type TrainerOptions } from '../../src/train/index.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyConfig, tinyLabels, tinyModel } from '../support/tinyModel.js';
import { sampleRate } from './sounds.js';

const { maxLength, numMelBins } = tinyConfig;
const extractor = new MelSpectrogramExtractor({ maxLength, numMelBins });
const extractorConfig = extractor.config;

/** Tones of three pitches in noise: a class each. */
function tones(clips: number, seed: number) {
  const random = createRandom(seed);
  const sound = (label: number): Waveform => {
    const [phase, hertz] = [random.uniform(0, 6), 300 * 3 ** label * random.uniform(0.95, 1.05)];
    return {
      samples: Float32Array.from(
        { length: 4000 },
        (_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / sampleRate + phase) + 0.02 * random.normal(),
      ),
      sampleRate,
    };
  };
  return inMemoryDataset(
    Array.from({ length: clips }, (_, i) => ({ label: tinyLabels[i % 3]!, waveform: sound(i % 3) })),
    tinyLabels,
  );
}

const everything = (): NonNullable<TrainerOptions['augment']> => ({
  waveform: compose([
    shift(),
    gain({ minGainDb: -6, maxGainDb: 6 }),
    oneOf([timeStretch(), pitchShift({ minSemitones: -1, maxSemitones: 1 })]),
    oneOf([addGaussianSnr(), lowPassFilter({ minCutoffFreq: 4000 })]),
  ]),
  features: compose([filterAugment({ extractorConfig, dbRange: [-3, 3] }), timeRoll()]),
  batch: compose([
    oneOf([mixup({ alpha: 10, p: 0.5, domain: 'power', extractorConfig }), cutMix({ p: 0.5 })]),
    perClip(spectrogramMasking({ frequency: 3, time: 6, extractorConfig })),
  ]),
});

const evalDataset = tones(6, 2);
const trainerWith = (augment: TrainerOptions['augment'], seed = 42, numTrainEpochs = 2, batchSize = 4): Trainer =>
  new Trainer({
    model: tinyModel(),
    extractor,
    trainDataset: tones(12, 1),
    evalDataset,
    augment,
    args: { numTrainEpochs, perDeviceTrainBatchSize: batchSize, learningRate: 1e-2, seed, disableProgress: true },
  });
const weightsOf = (trainer: Trainer): number[] =>
  [...trainer.model.parameters().values()].flatMap((parameter) => [...parameter.dataSync()]);
async function weightsAfter(...options: Parameters<typeof trainerWith>): Promise<number[]> {
  const trainer = trainerWith(...options);
  await trainer.train();
  return weightsOf(trainer);
}

describe('a Trainer with augmented sounds, features and batches', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it('trains to the same weights with the same seed, and to others with another or without', async () => {
    const weights = await weightsAfter(everything());
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(await weightsAfter(everything())).toEqual(weights);
    expect(await weightsAfter(everything(), 43)).not.toEqual(weights);
    expect(await weightsAfter(undefined)).not.toEqual(weights);
  });

  it('learns, and is evaluated on sounds as they are', async () => {
    const trainer = trainerWith(everything(), 1, 25);
    const before = await trainer.evaluate();
    await trainer.train();
    const { evalLoss, evalAccuracy } = await trainer.evaluate();
    expect(evalLoss).toBeLessThan(0.7 * before.evalLoss);
    expect(evalAccuracy).toBeGreaterThan(0.6);
    expect((await trainer.evaluate()).evalLoss).toBe(evalLoss); // nothing is drawn in evaluation
  });

  it('takes the loss on the targets that a batch augmentation gives, within 1e-5', async () => {
    const target = Float32Array.of(0.5, 0.3, 0.2);
    const soft: BatchAugmentation = (batch) => batch.map(({ features }) => ({ features, target }));
    const trainer = trainerWith({ batch: soft }, 1, 1, 12);
    const { logits } = await trainer.predict(tones(12, 1));
    const losses = logits.map((row) => {
      const logSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
      return row.reduce((sum, logit, label) => sum - target[label]! * (logit - logSum), 0);
    });
    const { log } = await trainer.train();
    expect(log[0]!.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 12, 5);
  });

  it('leaves no tensor behind', async () => {
    const trainer = trainerWith(everything());
    await trainer.evaluate();
    expect(await tensorsLeft(() => trainer.train())).toBe(0);
    expect(tf.getBackend()).toBe('cpu');
  });
});
