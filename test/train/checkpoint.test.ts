import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { TrainingError } from '../../src/errors.js';
import type { TrainerCallback } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tinyConfig, tinyData, tinyModel } from '../support/tinyModel.js';
import { checkpointsIn, crashedRun, tinyRun, uninterrupted, weightsOf } from './support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));
afterEach(() => void vi.restoreAllMocks());

describe('a checkpoint', () => {
  it('is the model in Hugging Face layout, and what the run needs to go on', async () => {
    const directory = await crashedRun(3);
    expect(checkpointsIn(directory)).toEqual(['checkpoint-2']);
    expect(checkpointsIn(join(directory, 'checkpoint-2'))).toEqual([
      'callbacks.safetensors',
      'config.json',
      'manifest.json',
      'model.safetensors',
      'optimizer.safetensors',
      'preprocessor_config.json',
      'trainer_state.json',
    ]);
    const loaded = await ASTForAudioClassification.fromPretrained(join(directory, 'checkpoint-2'));
    expect(loaded.config.maxLength).toBe(tinyConfig.maxLength);
    loaded.dispose();
  });

  it('holds all parameters of a model that cannot save itself, or saves a part', async () => {
    const withoutSaving = () => {
      const model = tinyModel();
      return {
        labels: model.labels,
        config: {},
        parameters: () => model.parameters(),
        forward: model.forward.bind(model),
      };
    };
    const directory = await crashedRun(3, undefined, { model: withoutSaving() });
    expect(checkpointsIn(join(directory, 'checkpoint-2'))).toContain('parameters.safetensors');
    const { trainer } = tinyRun(directory, { model: withoutSaving() });
    await trainer.train({ resumeFromCheckpoint: true });
    expect(weightsOf(trainer)).toEqual(await uninterrupted({ model: withoutSaving() }));
  });

  it('is told to callbacks with its directory', async () => {
    const directory = temporaryDirectory();
    const saved: [number, string][] = [];
    const onSave: TrainerCallback['onSave'] = ({ step }, path) => void saved.push([step, path]);
    await tinyRun(directory, { callbacks: [{ onSave }] }).trainer.train();
    expect(saved).toEqual([2, 4, 6].map((step) => [step, join(directory, `checkpoint-${step}`)]));
  });

  it('is written when a callback asks for one, and by epochs unless told otherwise', async () => {
    const directory = temporaryDirectory();
    const onStepEnd: TrainerCallback['onStepEnd'] = (state) => {
      state.shouldSave = state.step === 5;
    };
    const args = { saveStrategy: undefined, numTrainEpochs: 2 };
    await tinyRun(directory, { callbacks: [{ onStepEnd }], args }).trainer.train();
    expect(checkpointsIn(directory)).toEqual(['checkpoint-12', 'checkpoint-5', 'checkpoint-6']);
  });

  it('of the newest steps and the best evaluation is kept with saveTotalLimit', async () => {
    const directory = temporaryDirectory();
    const evalDataset = { ...tinyData().trainDataset, length: 4 };
    const accuracies = [0.1, 0.9, 0.3, 0.4, 0.2, 0.1];
    const { trainer } = tinyRun(directory, {
      evalDataset,
      args: {
        ...{ saveSteps: 1, saveTotalLimit: 2, evalStrategy: 'steps', evalSteps: 1, allowSharedRecordings: true },
        ...{ loadBestModelAtEnd: true, metricForBestModel: 'evalAccuracy' },
      },
    });
    vi.spyOn(trainer, 'evaluate').mockImplementation(async () => ({ evalAccuracy: accuracies.shift() }) as never);
    const { best } = await trainer.train();
    expect(best).toEqual({ step: 2, metric: 'evalAccuracy', value: 0.9 });
    expect(checkpointsIn(directory)).toEqual(['checkpoint-2', 'checkpoint-6']);
  });
});

describe('a disk that is full', () => {
  const full = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

  it('at any operation on files ends the run, loses no checkpoint, and the run goes on when there is space', async () => {
    const files = platform.files!;
    const operations = ['writeFile', 'renameDirectory', 'remove'] as const;
    const expected = await uninterrupted();
    const originals = Object.fromEntries(operations.map((name) => [name, files[name].bind(files)]));
    let failAt = 0;
    let count = 0;
    let after = 0;
    for (const name of operations)
      vi.spyOn(files, name).mockImplementation((async (...args: never[]) => {
        if (count++ === failAt) throw full();
        return (originals[name] as (...args: never[]) => unknown)(...args);
      }) as never);

    for (failAt = 0; ; failAt++) {
      const directory = temporaryDirectory();
      count = 0;
      const { trainer } = tinyRun(directory, { args: { saveTotalLimit: 2 } });
      const error = await trainer.train().catch((error: Error) => error);
      after = count;
      if (after <= failAt) break; // the run has no more operations
      if (error instanceof Error) {
        expect(error).toBeInstanceOf(TrainingError);
        expect(error.message).toMatch(/ENOSPC.*(free space on the disk|Choose a directory)/);
      }
      const whole = checkpointsIn(directory).filter((name) => /^checkpoint-\d+$/.test(name));
      for (const name of whole) expect(existsSync(join(directory, name, 'manifest.json'))).toBe(true);
      const again = tinyRun(directory, { args: { saveTotalLimit: 2 } });
      await again.trainer.train({ resumeFromCheckpoint: true });
      expect(again.warnings.filter((message) => message.includes('broken'))).toEqual([]);
      expect(weightsOf(again.trainer), `operation ${failAt}`).toEqual(expected);
    }
    expect(failAt).toBeGreaterThan(30);
  });

  it('is found out before training, as is a directory that cannot be written to', async () => {
    const file = join(temporaryDirectory({ taken: 'a file' }), 'taken');
    const { trainer } = tinyRun(file);
    const before = weightsOf(trainer);
    await expect(trainer.train()).rejects.toThrow(/outputDir: cannot write to .*taken: .* Choose a directory/);
    expect(weightsOf(trainer)).toEqual(before);
  });
});
