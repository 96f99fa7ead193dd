import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import type { TrainerCallback } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tensorsLeft } from '../support/backends.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';
import { checkpointsIn, crashedRun, type RunOptions, tinyRun, weightsOf } from './support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

describe('the best model', () => {
  const { trainDataset } = tinyData();
  /** The loss falls, then rises: the third evaluation is the best. */
  const scores = [0.9, 0.7, 0.5, 0.8, 0.95, 0.99];
  const options: RunOptions = {
    evalDataset: { ...trainDataset, length: 4 },
    args: { evalStrategy: 'steps', evalSteps: 1, allowSharedRecordings: true, loadBestModelAtEnd: true },
  };
  async function bestRun(outputDir: string | undefined) {
    const left = [...scores];
    const atStep = new Map<number, number[]>();
    const onStepEnd: TrainerCallback['onStepEnd'] = ({ step }) => void atStep.set(step, weightsOf(trainer));
    const { trainer } = tinyRun(outputDir, { ...options, callbacks: [{ onStepEnd }] });
    vi.spyOn(trainer, 'evaluate').mockImplementation(async () => ({ evalLoss: left.shift() }) as never);
    const { best } = await trainer.train();
    return { best, weights: weightsOf(trainer), expected: atStep.get(3) };
  }

  it('is loaded at the end from its checkpoint, or from memory', async () => {
    const directory = temporaryDirectory();
    for (const outputDir of [directory, undefined]) {
      const { best, weights, expected } = await bestRun(outputDir);
      expect(best).toEqual({ step: 3, metric: 'evalLoss', value: 0.5 });
      expect(weights).toEqual(expected);
    }
    expect(checkpointsIn(directory)).toContain('checkpoint-3');
  });

  it('is the one of both parts of a run that was resumed elsewhere, or an error says where it is', async () => {
    const { trainer } = tinyRun(temporaryDirectory(), options);
    const directory = await crashedRun(3, undefined, options);
    const elsewhere = trainer.train({ resumeFromCheckpoint: join(directory, 'checkpoint-2') });
    await expect(elsewhere).rejects.toThrow(/The best model so far is that of step \d, whose checkpoint is not in/);
  });
});

describe('checkpoints', () => {
  it('leave no tensor behind, in a run of everything, and in one that is resumed', async () => {
    const { trainDataset } = tinyData();
    const directory = temporaryDirectory();
    const options: RunOptions = {
      evalDataset: { ...trainDataset, length: 4 },
      augment: {
        waveform: ({ samples, sampleRate }) => ({ samples: samples.slice(), sampleRate }),
        features: (features) => ({ ...features, data: features.data.slice() }),
        batch: (batch) => [...batch].reverse(),
      },
      args: {
        ...{ allowSharedRecordings: true, loadBestModelAtEnd: true, evalStrategy: 'steps', evalSteps: 2 },
        ...{ gradientAccumulationSteps: 2, gradientCheckpointing: true, numTrainEpochs: 2, autoFindBatchSize: true },
        ...{ classWeights: 'balanced', sampler: 'balanced', labelSmoothingFactor: 0.1, optimizer: 'adam' },
      },
    };
    const models = [tinyModel(), tinyModel(), tinyModel()] as const;
    expect(await tensorsLeft(() => crashedRun(3, directory, { ...options, model: models[0] }))).toBe(0);
    const { trainer } = tinyRun(directory, { ...options, model: models[1] });
    expect(await tensorsLeft(() => trainer.train({ resumeFromCheckpoint: true }))).toBe(0);
    const inMemory = tinyRun(undefined, { ...options, model: models[2] }).trainer;
    expect(await tensorsLeft(() => inMemory.train())).toBe(0);
    expect(weightsOf(inMemory)).toEqual(weightsOf(trainer));
  });
});
