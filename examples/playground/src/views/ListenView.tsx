import { openExample, openFiles, startMicrophone, stopMicrophone } from '../actions/listen.js';
import { attend, show } from '../actions/scene.js';
import { drawSpectrogram } from '../draw/spectrogram.js';
import { drawTimeline } from '../draw/timeline.js';
import { format, percent, words } from '../i18n/index.js';
import { topLabels } from '../scores.js';
import { toggle } from '../sound/player.js';
import { cursor, listening, model, opened, playing, scene, sceneVersion, showAttention } from '../state.js';
import { Canvas } from './Canvas.js';
import { FileButton } from './FileButton.js';
import { LabelsView } from './LabelsView.js';

const examples = ['birds', 'water', 'wind', 'mammals'];

/** Sounds go in here, and labels come out. */
export function ListenView() {
  const text = words.value.listen;
  return (
    <section class="card listen" aria-labelledby="listen-title">
      <h2 id="listen-title">{text.title}</h2>
      <div class="row">
        <button
          type="button"
          class="primary"
          aria-pressed={listening.value}
          onClick={() => void (listening.value ? stopMicrophone() : startMicrophone())}
        >
          <span class={listening.value ? 'dot live' : 'dot'} aria-hidden="true" />
          {listening.value ? text.stop : text.microphone}
        </button>
        <FileButton accept="audio/*" multiple onFiles={(files) => void openFiles(files)}>
          {text.file}
        </FileButton>
        <span class="hint">{text.drop}</span>
      </div>
      <div class="row examples">
        <span class="hint">{text.examples}</span>
        {examples.map((label) => (
          <button type="button" class="chip" key={label} onClick={() => void openExample(label)}>
            {label}
          </button>
        ))}
      </div>
      <Instrument />
      <Controls />
      <Opened />
    </section>
  );
}

/** Sounds that were opened, with what they are: to come back to. */
function Opened() {
  const text = words.value.listen;
  if (opened.value.length === 0) return null;
  return (
    <>
      <h3>{text.opened}</h3>
      <ul class="row opened">
        {opened.value.map((sound, i) => (
          <li key={`${sound.name}-${opened.value.length - i}`}>
            <button
              type="button"
              class="chip"
              aria-current={scene.value?.opened === sound}
              onClick={() => void stopMicrophone().then(() => show(sound))}
            >
              <span class="clip-name">{sound.name}</span>
              {sound.best && (
                <strong>
                  {sound.best.label} {percent(sound.best.score)}
                </strong>
              )}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The dark panel: spectrogram, scores over time, labels. */
function Instrument() {
  const text = words.value.listen;
  const shown = scene.value;
  const name = shown?.live ? text.liveName : (shown?.name ?? '');
  return (
    <div class="instrument">
      {shown ? (
        <>
          <Canvas
            class="spectrogram"
            label={text.spectrogram(name, format(shown.live ? 10 : shown.seconds, 1))}
            watch={() => [sceneVersion.value, scene.value, cursor.value, showAttention.value]}
            draw={(context) =>
              scene.value &&
              drawSpectrogram(context, scene.value, { attention: showAttention.value, cursor: cursor.value })
            }
          />
          <Canvas
            class="timeline"
            label={text.scores}
            watch={() => [sceneVersion.value, topLabels.value, cursor.value]}
            draw={(context) =>
              scene.value && drawTimeline(context, scene.value, { labels: topLabels.value, cursor: cursor.value })
            }
          />
          <LabelsView />
        </>
      ) : (
        <p class="empty">{text.empty}</p>
      )}
    </div>
  );
}

/** What moves through a sound. */
function Controls() {
  const text = words.value.listen;
  const { samples, seconds = 1 } = scene.value ?? {};
  const isPlaying = playing.value === 'shown';
  return (
    <div class="row controls">
      {samples && (
        <>
          <button
            type="button"
            onClick={() => {
              const from = (cursor.value ?? 0) > seconds - 0.1 ? 0 : cursor.value;
              void toggle('shown', samples, { follow: true, from });
            }}
          >
            {isPlaying ? text.pause : text.play}
          </button>
          <input
            type="range"
            aria-label={text.time}
            min={0}
            max={seconds}
            step={0.05}
            value={cursor.value ?? 0}
            aria-valuetext={cursor.value === undefined ? text.whole : text.at(format(cursor.value, 1))}
            onInput={(event) => {
              if (isPlaying) void toggle('shown', samples);
              cursor.value = event.currentTarget.valueAsNumber;
            }}
          />
          <button type="button" disabled={cursor.value === undefined} onClick={() => showWhole(samples)}>
            {text.whole}
          </button>
        </>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={showAttention.value}
          disabled={!model.value}
          onInput={(event) => {
            showAttention.value = event.currentTarget.checked;
            void attend();
          }}
        />
        {text.attention}
      </label>
    </div>
  );
}

function showWhole(samples: Float32Array): void {
  if (playing.value === 'shown') void toggle('shown', samples);
  cursor.value = undefined;
}
