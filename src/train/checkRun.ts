import type { AudioDataset } from '../datasets/index.js';
import { TrainingError } from '../errors.js';
import type { TrainingArguments } from './arguments.js';
import type { TrainerCallback } from './callbacks.js';
import { requireFiles } from './checkpointDirectory.js';

/** Throws a TrainingError when arguments ask for what the run does not have. */
export function checkRun(
  given: Partial<TrainingArguments>,
  { evalDataset, callbacks = [] }: { evalDataset?: AudioDataset; callbacks?: readonly TrainerCallback[] },
): void {
  const { outputDir, evalStrategy = 'no', loadBestModelAtEnd } = given;
  if (evalStrategy !== 'no' && !evalDataset)
    throw new TrainingError(
      `Training argument evalStrategy: '${evalStrategy}' needs an evalDataset; give one to the Trainer.`,
    );
  if (loadBestModelAtEnd && (!evalDataset || given.evalStrategy === 'no'))
    throw new TrainingError(
      "Training argument loadBestModelAtEnd: true needs an evalDataset and evalStrategy 'epoch' or 'steps', to know the best.",
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
