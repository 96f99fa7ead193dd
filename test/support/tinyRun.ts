import type * as tf from '@tensorflow/tfjs-core';
import { Trainer, type TrainerCallback, type TrainingArguments, type TrainResult } from '../../src/train/index.js';
import { tinyData, tinyModel } from './tinyModel.js';

export interface TinyRun {
  /** Made anew for each Trainer: callbacks remember. */
  callbacks: () => readonly TrainerCallback[];
  args?: Partial<TrainingArguments>;
}

/** A Trainer of 12 clips in 3 steps an epoch, that are also evaluated. */
export function tinyTrainer({ callbacks, args }: TinyRun, ...more: TrainerCallback[]): Trainer {
  const { trainDataset, extractor } = tinyData();
  return new Trainer({
    model: tinyModel(),
    extractor,
    trainDataset,
    evalDataset: trainDataset,
    callbacks: [...callbacks(), ...more],
    args: {
      perDeviceTrainBatchSize: 4,
      learningRate: 1e-2,
      allowSharedRecordings: true,
      disableProgress: true,
      ...args,
    },
  });
}

export const weightsOf = ({ model }: { model: { parameters(): ReadonlyMap<string, tf.Variable> } }): number[] =>
  [...model.parameters().values()].flatMap((parameter) => [...parameter.dataSync()]);

/** Runs until a crash in step `crashAt`, then goes on in a new Trainer from the last checkpoint, of every second step. */
export async function crashAndResume(
  run: TinyRun,
  crashAt: number,
  outputDir: string,
): Promise<[Trainer, TrainResult]> {
  const saved = { ...run, args: { ...run.args, outputDir, saveStrategy: 'steps', saveSteps: 2 } as const };
  const crash: TrainerCallback = {
    onStepBegin({ step }) {
      if (step === crashAt) throw new Error('power cut');
    },
  };
  const first = tinyTrainer(saved, crash);
  const error = await first.train().catch((cause: Error) => cause);
  if (!(error instanceof Error) || !error.message.includes('power cut')) throw error;
  const second = tinyTrainer(saved);
  return [second, await second.train({ resumeFromCheckpoint: true })];
}
