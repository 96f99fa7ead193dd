import { computed } from '@preact/signals';
import type { ScoredWindow } from './protocol.js';
import { cursor, model, type Scene, scene, sceneVersion } from './state.js';

/** A label that is shown, with the colour of its line. */
export interface TopLabel {
  index: number;
  label: string;
  score: number;
  slot: number;
}

const SHOWN = 5;

/** The best labels at the cursor, now, or of the whole sound. A label keeps its colour as long as it is among them. */
export const topLabels = computed<TopLabel[]>((): TopLabel[] => {
  sceneVersion.value;
  const shown = scene.value;
  const labels = model.value?.labels;
  const scores = shown && scoresOf(shown, cursor.value);
  if (!labels || !scores || scores.length !== labels.length) return [];
  const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, SHOWN);
  const free = [...Array(SHOWN).keys()].filter((slot) => !best.some((index) => slots.get(index) === slot));
  for (const index of [...slots.keys()]) if (!best.includes(index)) slots.delete(index);
  for (const index of best) if (!slots.has(index)) slots.set(index, free.shift()!);
  return best.map((index) => ({ index, label: labels[index]!, score: scores[index]!, slot: slots.get(index)! }));
});

const slots = new Map<number, number>();

function scoresOf({ windows, live }: Scene, moment: number | undefined): Float32Array | undefined {
  if (windows.length === 0) return undefined;
  if (live) return windows.at(-1)!.scores;
  if (moment === undefined) return meanOf(windows);
  const middle = ({ start, end }: ScoredWindow): number => Math.abs((start + end) / 2 - moment);
  return windows.reduce((nearest, window) => (middle(window) < middle(nearest) ? window : nearest)).scores;
}

const meanOf = (windows: readonly ScoredWindow[]): Float32Array =>
  windows[0]!.scores.map((_, label) => windows.reduce((sum, { scores }) => sum + scores[label]!, 0) / windows.length);
