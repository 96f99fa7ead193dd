import {
  addClass,
  addFiles,
  addShown,
  removeClass,
  removeClip,
  renameClass,
  toggleRecording,
} from '../actions/classes.js';
import { format, words } from '../i18n/index.js';
import { SAMPLE_RATE } from '../protocol.js';
import { toggle } from '../sound/player.js';
import { type Clip, classes, playing, recording, type SoundClass, scene } from '../state.js';
import { FileButton } from './FileButton.js';

/** Collecting sounds of one's own. */
export function ClassesView() {
  const text = words.value.classes;
  return (
    <section class="card classes" aria-labelledby="classes-title">
      <h2 id="classes-title">{text.title}</h2>
      <p class="hint">{text.intro}</p>
      {classes.value.map((one) => (
        <ClassCard key={one.id} one={one} />
      ))}
      <button type="button" class={classes.value.length === 0 ? 'primary' : ''} onClick={() => void addClass()}>
        {text.add}
      </button>
    </section>
  );
}

function ClassCard({ one: { id, name, clips } }: { one: SoundClass }) {
  const text = words.value.classes;
  const isRecording = recording.value === id;
  const remove = (): void => {
    if (clips.length === 0 || confirm(text.confirm(name, text.clips(clips.length)))) void removeClass(id);
  };
  return (
    <fieldset class="class" data-class={name}>
      <legend class="visually-hidden">{name}</legend>
      <div class="row">
        <input
          type="text"
          class="name"
          aria-label={text.name}
          value={name}
          maxLength={60}
          onChange={(event) => void renameClass(id, event.currentTarget.value.trim() || name)}
        />
        <span class="hint">{text.clips(clips.length)}</span>
        <button type="button" class="quiet" aria-label={text.removeClass(name)} onClick={remove}>
          ✕
        </button>
      </div>
      <div class="row">
        <button
          type="button"
          class={isRecording ? 'danger' : ''}
          aria-label={isRecording ? text.stopRecording(name) : text.record(name)}
          onClick={() => void toggleRecording(id)}
        >
          <span class={isRecording ? 'dot live' : 'dot'} aria-hidden="true" />
          {isRecording ? text.stopShort : text.recordShort}
        </button>
        <FileButton accept="audio/*" multiple label={text.filesOf(name)} onFiles={(files) => void addFiles(id, files)}>
          {text.files}
        </FileButton>
        {scene.value?.samples && (
          <button type="button" aria-label={text.addShown(name)} onClick={() => void addShown(id)}>
            {text.addShownShort}
          </button>
        )}
      </div>
      <ul class="clips">
        {clips.map((clip) => (
          <ClipChip key={clip.id} clip={clip} onRemove={() => void removeClip(id, clip.id)} />
        ))}
      </ul>
    </fieldset>
  );
}

function ClipChip({ clip: { id, name, samples }, onRemove }: { clip: Clip; onRemove(): void }) {
  const text = words.value.classes;
  return (
    <li>
      <button type="button" class="quiet" onClick={() => void toggle(id, samples)}>
        <span aria-hidden="true">{playing.value === id ? '■' : '▶'}</span>
        <span class="visually-hidden">{text.play}</span>
        <span class="clip-name">{name}</span>
        <small>{format(samples.length / SAMPLE_RATE, 1)} s</small>
      </button>
      <button type="button" class="quiet" aria-label={text.removeClip(name)} onClick={onRemove}>
        ✕
      </button>
    </li>
  );
}
