import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { useBackend } from '../../src/backends/index.js';
import { DatasetError, TrainingError } from '../../src/errors.js';
import type { CallbackMemory, TrainerCallback, TrainerOptions } from '../../src/train/index.js';
import { temporaryDirectory } from '../datasets/temporaryFiles.js';
import { tinyData, tinyModel } from '../support/tinyModel.js';
import { checkpointsIn, crashedRun, type RunOptions, tinyRun, uninterrupted, weightsOf } from './support/tinyRun.js';

beforeAll(async () => void (await useBackend('cpu')));

describe('a run that is resumed', () => {
  it.each([2, 3, 4, 6, 7, 11])('after a crash in step %i ends with the weights it would have had', async (step) => {
    const args = { numTrainEpochs: 2, gradientAccumulationSteps: 1 };
    const directory = await crashedRun(step, undefined, { args });
    const { trainer, warnings } = tinyRun(directory, { args });
    const { log, globalStep } = await trainer.train({ resumeFromCheckpoint: true });
    expect(globalStep).toBe(12);
    expect(log.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(weightsOf(trainer)).toEqual(await uninterrupted({ args }));
    expect(warnings).toEqual([]);
  });

  it('takes no clip twice and leaves none out', async () => {
    const seen: string[] = [];
    const augment: TrainerOptions['augment'] = {
      batch: (batch) => {
        seen.push(...batch.map(({ features }) => features.data.slice(0, 4).join()));
        return [...batch];
      },
    };
    const directory = await crashedRun(4, undefined, { augment });
    seen.splice(8); // 4 steps are saved
    await tinyRun(directory, { augment }).trainer.train({ resumeFromCheckpoint: true });
    expect(new Set(seen).size).toBe(12);
    expect(seen).toHaveLength(12);
  });

  it('goes on from a directory by name, also an earlier one', async () => {
    const directory = await crashedRun(5);
    const { trainer } = tinyRun(directory);
    const { log } = await trainer.train({ resumeFromCheckpoint: join(directory, 'checkpoint-2') });
    expect(log).toHaveLength(6);
    expect(weightsOf(trainer)).toEqual(await uninterrupted());
  });

  it('of a run that had ended does nothing more', async () => {
    const directory = temporaryDirectory();
    const first = tinyRun(directory).trainer;
    const { log } = await first.train();
    const again = tinyRun(directory, { args: { resumeFromCheckpoint: true } }).trainer;
    expect((await again.train()).log).toEqual(log);
    expect(weightsOf(again)).toEqual(weightsOf(first));
  });

  it('begins where there is no checkpoint yet, and says so', async () => {
    const directory = temporaryDirectory();
    const { trainer, warnings } = tinyRun(directory);
    expect((await trainer.train({ resumeFromCheckpoint: true })).globalStep).toBe(6);
    expect(warnings).toEqual([`ast-ts: ${directory} has no checkpoint yet; training begins.`]);
  });

  it('knows which recordings could not be read, and does not try them again', async () => {
    const { trainDataset } = tinyData();
    const reads: number[] = [];
    const holey = {
      ...trainDataset,
      get(index: number) {
        reads.push(index);
        return index === 3 ? Promise.reject(new DatasetError('clip 3 is broken')) : trainDataset.get(index);
      },
    };
    const options: RunOptions = {
      trainDataset: holey,
      args: { shuffle: false, onUnreadable: 'skip', perDeviceTrainBatchSize: 2, numTrainEpochs: 2 },
    };
    const directory = await crashedRun(3, undefined, options);
    const { trainer } = tinyRun(directory, options);
    reads.length = 0;
    const { skipped } = await trainer.train({ resumeFromCheckpoint: true });
    expect(skipped).toEqual([{ id: 'clip 3', reason: 'clip 3 is broken' }]);
    expect(reads).not.toContain(3);
    expect(weightsOf(trainer)).toEqual(await uninterrupted(options));
  });

  it('gives callbacks their memory back, tensors and infinities too', async () => {
    const given: [CallbackMemory['json'], number[]][] = [];
    const keeps = (): TrainerCallback => {
      const tensor = tf.tensor1d([1.5, 2.5]);
      return {
        name: 'keeps',
        save: () => ({ json: { best: Number.NEGATIVE_INFINITY }, tensors: new Map([['kept', tensor]]) }),
        restore: ({ json, tensors }) => void given.push([json, [...tensors!.get('kept')!.dataSync()]]),
        onTrainEnd: () => tensor.dispose(),
      };
    };
    const directory = await crashedRun(3, undefined, { callbacks: [keeps()] });
    await tinyRun(directory, { callbacks: [keeps()] }).trainer.train({ resumeFromCheckpoint: true });
    expect(given).toEqual([[{ best: Number.NEGATIVE_INFINITY }, [1.5, 2.5]]]);
  });

  it('has the parameters frozen that were frozen when it was saved', async () => {
    const freeze = (): TrainerCallback => ({
      onStepEnd({ step, model }) {
        if (step === 2) for (const [name, p] of model.parameters()) p.trainable = name.startsWith('classifier');
      },
    });
    const directory = await crashedRun(3, undefined, { callbacks: [freeze()] });
    const { trainer } = tinyRun(directory);
    await trainer.train({ resumeFromCheckpoint: true });
    expect(weightsOf(trainer)).toEqual(await uninterrupted({ callbacks: [freeze()] }));
  });

  it('was ended by a signal that others listen to: the run saves and returns, and they decide', async () => {
    const directory = temporaryDirectory();
    const heard = vi.fn();
    process.once('SIGTERM', heard);
    const callbacks: TrainerCallback[] = [
      { onStepEnd: ({ step }) => void (step === 3 && process.kill(process.pid, 'SIGTERM')) },
    ];
    const { trainer, warnings } = tinyRun(directory, { callbacks });
    const listeners = process.listenerCount('SIGTERM');
    const { interruptedBy, globalStep } = await trainer.train();
    expect(interruptedBy).toBe('SIGTERM');
    expect(heard).toHaveBeenCalledOnce();
    expect(process.listenerCount('SIGTERM')).toBe(listeners - 1);
    expect(warnings[0]).toContain('SIGTERM: the run ends with a checkpoint after this step');
    expect(checkpointsIn(directory)).toContain(`checkpoint-${globalStep}`);
    const again = tinyRun(directory).trainer;
    expect((await again.train({ resumeFromCheckpoint: true })).interruptedBy).toBeUndefined();
    expect(weightsOf(again)).toEqual(await uninterrupted());
  });

  it('on another backend says that the numbers may differ', async () => {
    const directory = await crashedRun(3);
    await useBackend('wasm');
    const { trainer, warnings } = tinyRun(directory);
    await trainer.train({ resumeFromCheckpoint: true });
    await useBackend('cpu');
    expect(warnings[0]).toMatch(/perhaps not to the last bit .* backend is "cpu" in .*checkpoint-2, "wasm" here/);
  });
});

describe('a checkpoint of another run', () => {
  const { trainDataset, extractor } = tinyData();
  const memory: TrainerCallback = { name: 'memory', save: () => ({ json: 1 }) };
  it.each<[string, () => RunOptions, RegExp]>([
    [
      'arguments',
      () => ({ args: { learningRate: 1e-3, seed: 1 } }),
      /args.learningRate is 0.01 in the checkpoint, 0.001 here; args.seed is 42/,
    ],
    [
      'clips',
      () => ({ trainDataset: { ...trainDataset, length: 11 } }),
      /trainDataset.clips is "12, check sum .*" in the checkpoint, "11, /,
    ],
    ['classes of clips', () => ({ trainDataset: { ...trainDataset, labelOf: () => 0 } }), /trainDataset.clips is "12/],
    [
      'an evaluation set',
      () => ({ evalDataset: { ...trainDataset, length: 2 }, args: { allowSharedRecordings: true } }),
      /evalDataset.clips is not given in the checkpoint, "2/,
    ],
    [
      'dropout',
      () => ({ model: tinyModel({ hiddenDropoutProb: 0.2 }) }),
      /model.hiddenDropoutProb is 0.1 in the checkpoint, 0.2 here/,
    ],
    [
      'a size',
      () => ({ model: tinyModel({ hiddenDropoutProb: 0.1, intermediateSize: 8 }) }),
      /model.intermediateSize is 16/,
    ],
    [
      'settings of the features',
      () => ({ extractor: { ...extractor, config: { mean: 1 } as never } }),
      /extractor.mean is not given in the checkpoint, 1 here/,
    ],
    ['callbacks that remember', () => ({ callbacks: [memory] }), /callbacks is "" in the checkpoint, "memory" here/],
  ])('with other %s is refused, and what differs is said', async (_, options, message) => {
    const directory = await crashedRun(3);
    const { trainer } = tinyRun(directory, options());
    const before = weightsOf(trainer);
    const error = await trainer.train({ resumeFromCheckpoint: true }).catch((error: Error) => error);
    expect(error).toBeInstanceOf(TrainingError);
    expect((error as Error).message).toMatch(message);
    expect(weightsOf(trainer)).toEqual(before);
  });

  it('is not mixed with those of a run that begins, unless they are to be deleted', async () => {
    const directory = await crashedRun(5);
    await expect(tinyRun(directory).trainer.train()).rejects.toThrow(
      /has the checkpoints of another run. Go on with it/,
    );
    expect(checkpointsIn(directory)).toEqual(['checkpoint-2', 'checkpoint-4']);
    await tinyRun(directory, { args: { overwriteOutputDir: true, saveSteps: 3 } }).trainer.train();
    expect(checkpointsIn(directory)).toEqual(['checkpoint-3', 'checkpoint-6']);
  });

  it('may differ in what changes no number', async () => {
    const directory = await crashedRun(3);
    const args = { saveSteps: 1, cacheFeatures: false, perDeviceEvalBatchSize: 2, loggingSteps: 5 };
    const { trainer } = tinyRun(directory, { args });
    await trainer.train({ resumeFromCheckpoint: true });
    expect(weightsOf(trainer)).toEqual(await uninterrupted());
  });
});
