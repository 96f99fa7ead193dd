import { cancelTraining, startTraining } from '../actions/train.js';
import { format, words } from '../i18n/index.js';
import type { TrainingMethod } from '../protocol.js';
import { canTrain, epochs, loading, method, model, outcome, training } from '../state.js';
import { LossCurve } from './LossCurve.js';
import { OutcomeView } from './OutcomeView.js';

const methods: readonly TrainingMethod[] = ['head', 'lora'];

/** Training in the page, with its curve, and what came of it. */
export function TrainView() {
  const text = words.value.train;
  const isBusy = training.value !== undefined;
  const losses = training.value?.losses ?? outcome.value?.losses ?? [];
  return (
    <section class="card train" aria-labelledby="train-title">
      <h2 id="train-title">{text.title}</h2>
      <p class="hint">{text.intro}</p>
      <fieldset disabled={isBusy}>
        <legend>{text.method}</legend>
        {methods.map((choice) => (
          <label class="check" key={choice}>
            <input
              type="radio"
              name="method"
              checked={method.value === choice}
              onInput={() => (method.value = choice)}
            />
            {text[choice]}
          </label>
        ))}
        <label class="check">
          {text.epochs}
          <input
            type="number"
            min={1}
            max={1000}
            value={epochs.value[method.value]}
            onChange={(event) => setEpochs(event.currentTarget.valueAsNumber)}
          />
        </label>
      </fieldset>
      <div class="row">
        {isBusy ? (
          <button type="button" disabled={training.value!.cancelling} onClick={cancelTraining}>
            {text.cancel}
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            disabled={!canTrain.value || !model.value || loading.value !== undefined}
            onClick={() => void startTraining()}
          >
            {text.start}
          </button>
        )}
        {!canTrain.value && <span class="hint">{text.needsClasses}</span>}
      </div>
      <ProgressLine />
      {losses.length > 1 && <LossCurve losses={losses} total={totalSteps() ?? losses.length} />}
      <div aria-live="polite">{outcome.value && <OutcomeView outcome={outcome.value} />}</div>
    </section>
  );
}

const totalSteps = (): number | undefined => {
  const progress = training.value?.progress;
  return progress?.phase === 'training' ? progress.totalSteps : undefined;
};

function setEpochs(wanted: number): void {
  const count = Math.min(1000, Math.max(1, Math.round(wanted) || 1));
  epochs.value = { ...epochs.value, [method.value]: count };
}

function ProgressLine() {
  const text = words.value.train;
  const { progress, cancelling } = training.value ?? {};
  if (!training.value) return null;
  const share =
    progress === undefined
      ? undefined
      : progress.phase === 'listening'
        ? progress.done / progress.total
        : progress.step / progress.totalSteps;
  const said = cancelling
    ? text.cancelling
    : progress === undefined
      ? text.opening
      : progress.phase === 'listening'
        ? text.listening(progress.done, progress.total)
        : text.step(progress.step, progress.totalSteps, format(progress.loss, 3));
  return (
    <label class="progress">
      {said}
      <progress value={share} />
    </label>
  );
}
