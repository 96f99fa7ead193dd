import { type ASTForAudioClassification, addLora, classifierHead } from 'ast-ts/ast';
import { MelSpectrogramExtractor } from 'ast-ts/audio';
import { type AudioDataset, filterDataset, inMemoryDataset, trainTestSplit } from 'ast-ts/datasets';
import { embedDataset, type TrainableModel, Trainer, type TrainerCallback } from 'ast-ts/train';
import type { HeldOut, TrainingClip, TrainingMethod, TrainingProgress } from '../protocol.js';
import { holdOut } from './evaluate.js';
import { clipOf, windowsOf } from './windows.js';

/** With fewer clips of a class than this, all are needed to learn from. */
const FEWEST_TO_HOLD_OUT = 3;

interface Trained {
  model: ASTForAudioClassification;
  trainedOn: number;
  heldOut?: HeldOut;
  /** For the model card. */
  card: { hyperparameters: Record<string, unknown>; report?: HeldOut['report'] };
}

/**
 * Trains a checkpoint on clips. A quarter of each class's clips is held out and evaluated, whole clips: parts of one clip are
 * too much alike to be on both sides.
 */
export async function train(
  open: () => Promise<ASTForAudioClassification>,
  { clips, method, epochs }: { clips: TrainingClip[]; method: TrainingMethod; epochs: number },
  tell: (progress: TrainingProgress) => void,
  signal: AbortSignal,
): Promise<Trained> {
  const model = await open();
  try {
    const extractor = new MelSpectrogramExtractor(model.extractorConfig);
    const { learn, test } = divide(clips, model.labels);
    const whole = interruptible(windowsOf([...learn, ...test], model), signal);
    // The last layer alone needs to hear each clip once.
    const onProgress = (done: number, total: number): void => tell({ phase: 'listening', done, total });
    const heard = method === 'head' ? await embedDataset(model, extractor, whole, { batchSize: 4, onProgress }) : whole;
    const trainDataset = part(heard, learn);
    const lora = method === 'lora' ? addLora(model, { rank: 8, alpha: 16 }) : undefined;
    const args = {
      numTrainEpochs: epochs,
      // Small models take larger steps.
      learningRate: model.config.hiddenSize < 256 ? 1e-2 : 1e-3,
      warmupRatio: 0.1,
    };
    const trainer = new Trainer({
      model: lora ?? (classifierHead(model) as TrainableModel),
      extractor,
      trainDataset,
      args,
      callbacks: [reporter(tell, signal)],
    });
    await trainer.train();
    signal.throwIfAborted();
    const heldOut = test.length > 0 ? await holdOut(trainer, part(heard, test), model.labels) : undefined;
    lora?.merge();
    const card = { hyperparameters: { method, ...args }, ...(heldOut && { report: heldOut.report }) };
    return { model, trainedOn: learn.length, heldOut, card };
  } catch (error) {
    model.dispose();
    throw signal.aborted ? Object.assign(new Error('The training was cancelled.'), { name: 'Cancelled' }) : error;
  }
}

/** Clips to learn from, and clips to be held out where there are enough. */
function divide(clips: TrainingClip[], labels: readonly string[]): { learn: TrainingClip[]; test: TrainingClip[] } {
  const counts = labels.map((label) => clips.filter((clip) => clip.label === label).length);
  if (Math.min(...counts) < FEWEST_TO_HOLD_OUT) return { learn: clips, test: [] };
  const whole = inMemoryDataset(
    clips.map(({ id, label, samples }) => ({ id, label, waveform: { samples, sampleRate: 16000 } })),
    labels,
  );
  const { train, test } = trainTestSplit(whole, { stratify: true });
  const pick = (part: AudioDataset): TrainingClip[] =>
    Array.from({ length: part.length }, (_, i) => clips.find(({ id }) => id === part.idOf(i))!);
  return { learn: pick(train), test: pick(test) };
}

/** The windows of some clips. */
function part(windows: AudioDataset, clips: readonly TrainingClip[]): AudioDataset {
  const ids = new Set(clips.map(({ id }) => id));
  return filterDataset(windows, ({ id }) => ids.has(clipOf(id)));
}

/** Sends what the page draws, and ends the run when it is cancelled. */
const reporter = (tell: (progress: TrainingProgress) => void, signal: AbortSignal): TrainerCallback => ({
  name: 'playground',
  onStepEnd(state) {
    const { step, totalSteps, log } = state;
    tell({ phase: 'training', step, totalSteps, loss: log.at(-1)!.loss });
    state.shouldStop ||= signal.aborted;
  },
});

/** Lets messages arrive between two clips: without a turn of the event loop a cancellation would never be heard. */
function interruptible(dataset: AudioDataset, signal: AbortSignal): AudioDataset {
  return {
    ...dataset,
    async get(index) {
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      return dataset.get(index);
    },
  };
}
