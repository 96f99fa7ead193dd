import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import type { TrainerCallback } from './callbacks.js';
import { requireFiles } from './checkpointDirectory.js';
import type { TrainableModel } from './model.js';

/** Throws a TrainingError when arguments ask for what the run does not have. */
export function checkRun(
  given: Partial<TrainingArguments>,
  {
    model,
    evalDataset,
    callbacks = [],
  }: { model: TrainableModel; evalDataset?: AudioDataset; callbacks?: readonly TrainerCallback[] },
): void {
  const severalLabels = model.config.problemType === 'multi_label_classification';
  const { outputDir, evalStrategy = 'no', loadBestModelAtEnd } = given;
  if (evalStrategy !== 'no' && !evalDataset)
    throw new TrainingError(
      `Training argument evalStrategy: '${evalStrategy}' needs an evalDataset; give one to the Trainer.`,
    );
  if (loadBestModelAtEnd && (!evalDataset || given.evalStrategy === 'no'))
    throw new TrainingError(
      "Training argument loadBestModelAtEnd: true needs an evalDataset and evalStrategy 'epoch' or 'steps', to know the best.",
    );
  const settings = (
    ['weightDecay', 'adamBeta1', 'adamBeta2', 'adamEpsilon', 'layerwiseLearningRateDecay'] as const
  ).find((name) => given[name] !== undefined);
  if (typeof given.optimizer === 'object' && settings)
    throw new TrainingError(
      `Training argument ${settings}: an optimizer of your own has settings of its own; give it there, or name the optimizer.`,
    );
  if (given.sampler === 'balanced' && (given.shuffle === false || severalLabels))
    throw new TrainingError(
      `Training argument sampler: 'balanced' ${severalLabels ? 'needs one label a sound' : 'draws at random; leave out shuffle: false'}.`,
    );
  if (outputDir === undefined) return;
  requireFiles('Training argument outputDir');
  const names = callbacks.filter(({ save }) => save).map(({ name }) => name);
  const odd = names.findIndex((name, i) => name === undefined || names.indexOf(name) !== i);
  if (odd >= 0)
    throw new TrainingError(
      `Callbacks that are saved in checkpoints need names of their own; ${names[odd] === undefined ? 'one has none' : `two are called '${names[odd]}'`}.`,
    );
}
