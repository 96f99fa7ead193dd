import { createStrip } from '../draw/strip.js';
import type { Heard } from '../protocol.js';
import { SAMPLE_RATE } from '../protocol.js';
import { topLabels } from '../scores.js';
import {
  cursor,
  model,
  notify,
  type OpenedSound,
  opened,
  type Scene,
  scene,
  showAttention,
  touchScene,
} from '../state.js';
import { askModel } from './workers.js';

/** Attention of more parts of a sound is not asked for. */
const MOST_MAPS = 12;

/** Sounds that can be come back to. */
const MOST_OPENED = 8;

/** Shows a new sound, and asks the model what it is. */
export async function open(name: string, heard: Heard): Promise<void> {
  const sound: OpenedSound = { name, heard };
  opened.value = [sound, ...opened.value].slice(0, MOST_OPENED);
  await show(sound);
}

/** Shows a sound that was opened before. */
export async function show(sound: OpenedSound): Promise<void> {
  const { samples, columns } = sound.heard;
  const strip = createStrip(columns.columns, columns.perSecond);
  strip.append(columns);
  scene.value = {
    name: sound.name,
    live: false,
    seconds: samples.length / SAMPLE_RATE,
    strip,
    windows: [],
    attention: [],
    opened: sound,
    samples,
    busy: true,
  };
  cursor.value = undefined;
  await classifyShown();
}

/** Again, when another model is in use. */
export async function classifyShown(): Promise<void> {
  const shown = scene.value;
  if (!shown?.samples || !model.value) return;
  const { samples } = shown;
  shown.windows = [];
  shown.attention = [];
  shown.busy = true;
  touchScene();
  try {
    // Four windows begin within the time of one, unless the model takes long for them.
    const { seconds, latency } = model.value;
    const hopSeconds = latency < 0.2 ? seconds / 4 : seconds;
    const begun = performance.now();
    shown.windows = await askModel('classify', { samples, hopSeconds });
    const took = (performance.now() - begun) / 1000 / shown.windows.length;
    model.value = { ...model.value, latency: took };
    shown.busy = false;
    touchScene();
    rememberBest(shown);
    performance.mark('labels');
    await attend(shown);
  } catch (error) {
    // A worker that was lost has been told of.
    if ((error as Error).name !== 'Lost') notify('classifyFailed', { name: shown.name, error });
  } finally {
    shown.busy = false;
    touchScene();
  }
}

function rememberBest({ opened: sound }: Scene): void {
  const [best] = topLabels.value;
  opened.value = opened.value.map((one) => (one === sound && best ? Object.assign(one, { best }) : one));
}

/** Asks where the model looked, one part of the sound after the other. */
export async function attend(shown: Scene | undefined = scene.value): Promise<void> {
  if (!shown?.samples || !model.value || !showAttention.value || shown.attention.length > 0) return;
  const { seconds } = model.value;
  const parts = Math.min(MOST_MAPS, Math.max(1, Math.ceil(shown.seconds / seconds - 0.02)));
  for (let part = 0; part < parts && scene.value === shown && showAttention.value; part++) {
    const start = part * seconds;
    const samples = shown.samples.slice(start * SAMPLE_RATE, (start + seconds) * SAMPLE_RATE);
    const map = await askModel('attend', { samples });
    shown.attention.push({ start, end: start + seconds, map });
    touchScene();
  }
}
