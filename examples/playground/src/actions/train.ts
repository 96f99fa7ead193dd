import type { TrainingClip } from '../protocol.js';
import { classes, epochs, method, model, notify, outcome, type Problem, training } from '../state.js';
import { keepModel } from './models.js';
import { classifyShown } from './scene.js';
import { askModel, remember } from './workers.js';

/** Trains the model in use on the clips that were collected. */
export async function startTraining(): Promise<void> {
  const labels = classes.value.map(({ name }) => name.trim());
  const clips: TrainingClip[] = classes.value.flatMap(({ name, clips }) =>
    clips.map(({ id, samples }) => ({ id, label: name.trim(), samples })),
  );
  const losses: number[] = [];
  training.value = { losses: [], cancelling: false };
  outcome.value = undefined;
  const chosen = { method: method.value, epochs: epochs.value[method.value] };
  try {
    const done = await askModel('train', { clips, labels, ...chosen }, (progress) => {
      if (progress.phase === 'training') losses.push(progress.loss);
      training.value = { ...training.value!, progress, losses: [...losses] };
    });
    const { heldOut, trainedOn } = done;
    model.value = done.model;
    outcome.value = { cancelled: false, losses, trainedOn, heldOut };
    remember({ kind: 'files', name: done.model.name, files: done.files });
    await keepModel(done);
    await classifyShown();
  } catch (error) {
    const { name } = error as Error;
    if (name === 'Cancelled') outcome.value = { cancelled: true, losses, trainedOn: 0 };
    else if (name !== 'Lost') notify(problemOf(error as Error), { error });
  } finally {
    training.value = undefined;
  }
}

export function cancelTraining(): void {
  training.value = { ...training.value!, cancelling: true };
  void askModel('cancel', undefined);
}

function problemOf({ name, message }: Error): Problem {
  if (name === 'DivergenceError') return 'diverged';
  return /memory|allocat/i.test(message) ? 'outOfMemory' : 'trainingFailed';
}
