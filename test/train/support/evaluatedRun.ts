import type { Trainer, TrainerCallback, TrainingArguments, TrainResult } from '../../../src/train/index.js';
import { tinyData } from '../../support/tinyModel.js';
import { crashedRun, tinyRun } from './tinyRun.js';

export interface EvaluatedRun {
  /** Made anew for each Trainer: callbacks remember. */
  callbacks: () => readonly TrainerCallback[];
  args?: Partial<TrainingArguments>;
}

const optionsOf = ({ callbacks, args }: EvaluatedRun, more: readonly TrainerCallback[] = []) => ({
  evalDataset: tinyData().trainDataset,
  callbacks: [...callbacks(), ...more],
  args: { numTrainEpochs: 2, perDeviceTrainBatchSize: 4, allowSharedRecordings: true, ...args },
});

/** A Trainer of three steps an epoch, whose clips are evaluated after each. */
export const evaluatedRun = (run: EvaluatedRun, ...more: TrainerCallback[]): Trainer =>
  tinyRun(undefined, optionsOf(run, more)).trainer;

/** Crashes before a step, counted from 0, and goes on in a new Trainer from the last checkpoint, of every second step. */
export async function crashAndResume(
  run: EvaluatedRun,
  step: number,
  directory: string,
): Promise<[Trainer, TrainResult]> {
  await crashedRun(step, directory, optionsOf(run));
  const { trainer } = tinyRun(directory, optionsOf(run));
  return [trainer, await trainer.train({ resumeFromCheckpoint: true })];
}
