import { useSignal } from '@preact/signals';
import { download, loadModel, openModelFiles, removeSaved, useSaved } from '../actions/models.js';
import { format, language, percent, words } from '../i18n/index.js';
import { loading, model, type SavedModel, savedModels, training } from '../state.js';
import { FileButton } from './FileButton.js';

/** Which model listens, and others to put in its place. */
export function ModelsView() {
  const text = words.value.models;
  return (
    <section class="card models" aria-labelledby="models-title">
      <h2 id="models-title">{text.title}</h2>
      <InUse />
      <fieldset disabled={training.value !== undefined || loading.value !== undefined}>
        <legend>{text.open}</legend>
        <AddressForm />
        <div class="row">
          <FileButton accept=".json,.safetensors,.zip" multiple onFiles={(files) => void openModelFiles(files)}>
            {text.files}
          </FileButton>
          <button type="button" onClick={() => void loadModel({ kind: 'built-in' })}>
            {text.builtIn}
          </button>
        </div>
        <p class="hint">{text.filesNote}</p>
      </fieldset>
      {savedModels.value.length > 0 && (
        <>
          <h3>{text.saved}</h3>
          <ul class="saved">
            {savedModels.value.map((saved) => (
              <Saved key={saved.id} saved={saved} />
            ))}
          </ul>
          <p class="hint">{text.layout}</p>
        </>
      )}
    </section>
  );
}

function InUse() {
  const text = words.value.models;
  const info = model.value;
  const waiting = loading.value;
  const name = info?.name === 'synthetic' ? text.synthetic : info?.name;
  return (
    <>
      {info && (
        <>
          <p class="in-use">{text.inUse(name!)}</p>
          <p class="hint">
            {text.facts(info.labels.length, size(info.parameters), format(info.seconds, 1), format(info.latency, 2))}{' '}
            {info.name === 'synthetic' && text.syntheticNote}
          </p>
          <button type="button" aria-label={text.downloadOf(name!)} onClick={() => void download(name!)}>
            {text.download}
          </button>
        </>
      )}
      <div role="status">
        {waiting && (
          <label class="progress">
            {text.loading(waiting.name || text.synthetic)} {waiting.fraction !== undefined && percent(waiting.fraction)}
            <progress value={waiting.fraction} />
          </label>
        )}
      </div>
    </>
  );
}

function AddressForm() {
  const text = words.value.models;
  const address = useSignal('');
  const frames = useSignal('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const source = { kind: 'address', address: address.value.trim() } as const;
        void loadModel(source, frames.value === '' ? undefined : Number(frames.value));
      }}
    >
      <label>
        {text.address}
        <input
          type="text"
          required
          spellcheck={false}
          placeholder="MIT/ast-finetuned-audioset-10-10-0.4593"
          value={address.value}
          onInput={(event) => (address.value = event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <label class="check">
          {text.window}
          <select value={frames.value} onInput={(event) => (frames.value = event.currentTarget.value)}>
            <option value="">{text.windowOwn}</option>
            <option value="512">{text.windowSeconds(format(5.12, 2))}</option>
            <option value="256">{text.windowSeconds(format(2.56, 2))}</option>
          </select>
        </label>
        <button type="submit">{text.load}</button>
      </div>
    </form>
  );
}

function Saved({ saved }: { saved: SavedModel }) {
  const text = words.value.models;
  const { id, name, created, right, heldOut, files } = saved;
  return (
    <li>
      <div>
        <strong>{name}</strong>
        <br />
        <small>
          {new Date(created).toLocaleString(language.value, { dateStyle: 'medium', timeStyle: 'short' })}
          {heldOut !== undefined && ` · ${text.savedWith(right!, heldOut)}`}
        </small>
      </div>
      <div class="row">
        <button
          type="button"
          aria-label={text.useOf(name)}
          disabled={training.value !== undefined || loading.value !== undefined}
          onClick={() => void useSaved(saved)}
        >
          {text.use}
        </button>
        <button type="button" aria-label={text.downloadOf(name)} onClick={() => void download(name, files)}>
          {text.download}
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={text.removeOf(name)}
          onClick={() => confirm(text.confirm(name)) && void removeSaved(id)}
        >
          ✕
        </button>
      </div>
    </li>
  );
}

const size = (parameters: number): string =>
  parameters >= 1e6 ? `${format(parameters / 1e6, 1)} M` : `${format(parameters / 1e3, 0)} k`;
