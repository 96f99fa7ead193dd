import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import {
  Trainer,
  type TrainerCallback,
  type TrainerOptions,
  type TrainingArguments,
} from '../../../src/train/index.js';
import { temporaryDirectory } from '../../datasets/temporaryFiles.js';
import { tinyData, tinyModel } from '../../support/tinyModel.js';

export type RunOptions = Partial<Omit<TrainerOptions, 'args'>> & { args?: Partial<TrainingArguments> };

/** Twelve clips in batches of two: 6 steps an epoch, a checkpoint after every other. */
export function tinyRun(outputDir: string | undefined, { args, ...options }: RunOptions = {}) {
  const warnings: string[] = [];
  const trainer = new Trainer({
    ...tinyData(),
    onWarning: (message) => warnings.push(message),
    ...options,
    model: options.model ?? tinyModel({ hiddenDropoutProb: 0.1 }),
    args: {
      numTrainEpochs: 1,
      perDeviceTrainBatchSize: 2,
      learningRate: 1e-2,
      disableProgress: true,
      outputDir,
      ...(outputDir !== undefined && { saveStrategy: 'steps', saveSteps: 2 }),
      ...args,
    },
  });
  return { trainer, warnings };
}

export const weightsOf = ({ model }: Trainer): number[] =>
  [...model.parameters().values()].flatMap((parameter) => [...parameter.dataSync()]);
export const checkpointsIn = (directory: string): string[] => readdirSync(directory).sort();

/** What the same run without an interruption ends with. */
export async function uninterrupted(options?: RunOptions): Promise<number[]> {
  const { trainer } = tinyRun(undefined, options);
  await trainer.train();
  return weightsOf(trainer);
}

/** Stops after some steps, in the middle of an epoch, as a crash would: nothing is saved then. */
const crashAfter = (step: number): TrainerCallback => ({
  name: 'crash',
  onStepBegin(state) {
    if (state.step === step) throw new Error('crash');
  },
});

export async function crashedRun(
  step: number,
  directory = temporaryDirectory(),
  options: RunOptions = {},
): Promise<string> {
  const callbacks = [...(options.callbacks ?? []), crashAfter(step)];
  await expect(tinyRun(directory, { ...options, callbacks }).trainer.train()).rejects.toThrow('crash');
  return directory;
}
