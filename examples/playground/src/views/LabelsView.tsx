import { computed } from '@preact/signals';
import { lineColors } from '../draw/colors.js';
import { format, percent, words } from '../i18n/index.js';
import { topLabels } from '../scores.js';
import { cursor, model, scene, sceneVersion } from '../state.js';

/** What is read aloud: of a live sound the best label alone, when it changes. */
const spoken = computed(() => {
  const [best] = topLabels.value;
  if (!best) return '';
  return scene.value?.live ? best.label : words.value.listen.best(best.label, percent(best.score));
});

/** The best labels with their scores. */
export function LabelsView() {
  sceneVersion.value;
  const text = words.value.listen;
  const shown = scene.value;
  const heading = shown?.live ? text.live : cursor.value === undefined ? text.whole : text.at(format(cursor.value, 1));
  const waiting = shown?.live ? text.listeningFor : shown?.busy ? text.working : '';
  return (
    <div class="labels" style={{ '--rows': Math.min(5, model.value?.labels.length ?? 5) }}>
      <h3>{heading}</h3>
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
      {topLabels.value.length === 0 && <p>{waiting}</p>}
      <ol>
        {topLabels.value.map(({ label, score, slot }) => (
          <li key={label}>
            <span class="label">{label}</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${100 * score}%`, background: lineColors[slot] }} />
            </span>
            <span class="score">{percent(score)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
