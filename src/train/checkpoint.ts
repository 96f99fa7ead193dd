import * as tf from '@tensorflow/tfjs-core';
import type { ExtractorConfig } from '../audio/index.js';
import type { SkippedRecording } from '../datasets/index.js';
import { CheckpointError, TrainingError } from '../errors.js';
import { type CallbackMemory, type TrainerCallback, type TrainerState, tellAll } from './callbacks.js';
import { requireFiles } from './checkpointDirectory.js';
import { readModel, readTensors, writeModel, writeTensors } from './checkpointTensors.js';
import type { FeatureReader } from './featureReaders.js';
import type { Position } from './loop.js';
import type { MicroBatches } from './microBatches.js';
import type { Optimizer } from './optimizers/index.js';
import { differences, type RunDescription } from './runDescription.js';

/** Everything of a run that moves, and what tells the run from others. */
export interface Checkpointed {
  readonly state: TrainerState;
  readonly position: Position;
  readonly optimizer: Optimizer;
  readonly microBatches: MicroBatches;
  readonly reader: FeatureReader;
  readonly callbacks: readonly TrainerCallback[];
  readonly extractorConfig: ExtractorConfig | undefined;
  readonly description: RunDescription;
  readonly machine: RunDescription;
}

/** `trainer_state.json`. Random numbers have no state of their own: each draw comes of the seed and the position. */
interface SavedState {
  readonly format: 1;
  readonly state: Pick<
    TrainerState,
    'step' | 'epoch' | 'log' | 'evaluations' | 'best' | 'learningRateFactor' | 'shouldStop'
  >;
  readonly position: Position;
  readonly optimizerSteps: number;
  readonly microBatchSize: number;
  readonly skipped: readonly SkippedRecording[];
  readonly trainable: readonly string[];
  readonly callbacks: readonly { readonly name: string; readonly json: unknown; readonly tensors: readonly string[] }[];
  readonly description: RunDescription;
  readonly machine: RunDescription;
}

/** Writes the files of a checkpoint, but for the manifest. */
export async function writeCheckpoint(directory: string, run: Checkpointed): Promise<void> {
  const files = requireFiles('A checkpoint');
  const { state, optimizer, reader, description, machine } = run;
  const { step, epoch, log, evaluations, best, learningRateFactor, shouldStop, model } = state;
  await writeModel(files, directory, model, run.extractorConfig);
  await writeTensors(files.join(directory, 'optimizer.safetensors'), optimizer.state.tensors);

  const callbacks: SavedState['callbacks'][number][] = [];
  const remembered: [string, tf.Tensor][] = [];
  await tellAll(run.callbacks, 'save', async (callback) => {
    const memory = await callback.save?.();
    if (!memory) return;
    const tensors = [...(memory.tensors ?? [])];
    remembered.push(...tensors.map(([name, tensor]) => [`${callbacks.length}.${name}`, tensor] as [string, tf.Tensor]));
    callbacks.push({ name: callback.name!, json: memory.json, tensors: tensors.map(([name]) => name) });
  });
  await writeTensors(files.join(directory, 'callbacks.safetensors'), remembered);

  const saved: SavedState = {
    format: 1,
    state: { step, epoch, log, evaluations, best, learningRateFactor, shouldStop },
    position: run.position,
    optimizerSteps: optimizer.state.steps,
    microBatchSize: run.microBatches.size,
    skipped: reader.skipped,
    trainable: [...model.parameters()].filter(([, { trainable }]) => trainable).map(([name]) => name),
    callbacks,
    description,
    machine,
  };
  await files.writeFile(files.join(directory, 'trainer_state.json'), [toJson(saved)]);
}

/**
 * Sets a run to where a checkpoint was written. Callbacks are told later, by what is returned: they come after `onTrainBegin`.
 *
 * @param onWarning told when the checkpoint was computed by another backend or version
 * @throws {TrainingError} when the checkpoint is of another run; names what differs
 */
export async function readCheckpoint(
  directory: string,
  run: Checkpointed,
  onWarning: (message: string) => void,
): Promise<() => Promise<void>> {
  const files = requireFiles('A checkpoint');
  const saved = await readState(directory);
  const differing = differences(saved.description, run.description, 'the checkpoint');
  if (differing.length > 0)
    throw new TrainingError(
      `${directory} is of another run: ${differing.join('; ')}. Give the arguments, data and model of that run; or train anew ` +
        'from its parameters, loaded by fromPretrained(directory).',
    );
  const machine = differences(saved.machine, run.machine, directory);
  if (machine.length > 0)
    onWarning(`ast-ts: the run goes on, but perhaps not to the last bit as it would have: ${machine.join('; ')}.`);

  const { state, optimizer } = run;
  await readModel(files, directory, state.model);
  for (const [name, parameter] of state.model.parameters()) parameter.trainable = saved.trainable.includes(name);
  const moments = await readTensors(files, files.join(directory, 'optimizer.safetensors'));
  try {
    optimizer.restore({ steps: saved.optimizerSteps, tensors: moments });
  } finally {
    tf.dispose([...moments.values()]);
  }
  const { log, evaluations, ...rest } = saved.state;
  Object.assign(state, rest);
  state.log.push(...log);
  state.evaluations.push(...evaluations);
  Object.assign(run.position, saved.position);
  run.microBatches.size = saved.microBatchSize;
  run.reader.skip(saved.skipped);
  return () => restoreCallbacks(directory, saved, run);
}

async function restoreCallbacks(directory: string, saved: SavedState, run: Checkpointed): Promise<void> {
  const files = requireFiles('A checkpoint');
  const tensors = await readTensors(files, files.join(directory, 'callbacks.safetensors'));
  await tellAll(run.callbacks, 'restore', async (callback) => {
    const index = saved.callbacks.findIndex(({ name }) => name === callback.name);
    if (index < 0) return;
    const { json, tensors: names } = saved.callbacks[index]!;
    const own = new Map(names.map((name) => [name, tensors.get(`${index}.${name}`)!]));
    await callback.restore?.({ json, tensors: own } satisfies CallbackMemory, run.state);
  }).finally(() => tf.dispose([...tensors.values()]));
}

async function readState(directory: string): Promise<SavedState> {
  const files = requireFiles('A checkpoint');
  const text = new TextDecoder().decode(await files.readFile(files.join(directory, 'trainer_state.json')));
  const saved = fromJson(text) as Partial<SavedState>;
  if (saved.format !== 1)
    throw new CheckpointError(
      `${directory} has format ${saved.format}, this version reads format 1: go on with the version that wrote it.`,
    );
  return saved as SavedState;
}

/** JSON has no NaN and no infinities; a log may. */
const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? { notFinite: String(inner) } : inner,
  );

const fromJson = (text: string): unknown =>
  JSON.parse(text, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && 'notFinite' in inner ? Number(inner.notFinite) : inner,
  );
