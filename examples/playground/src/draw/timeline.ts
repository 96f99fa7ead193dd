import type { TopLabel } from '../scores.js';
import type { Scene } from '../state.js';
import { lineColors } from './colors.js';
import { spanOf } from './span.js';

/** The scores of some labels over time, a line each; the same scale of time as the spectrogram above. */
export function drawTimeline(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { labels, cursor }: { labels: readonly TopLabel[]; cursor?: number },
): void {
  const { width, height } = context.canvas;
  const scale = globalThis.devicePixelRatio;
  const { from, to } = spanOf(scene);
  const margin = 4 * scale;
  const x = (seconds: number): number => ((seconds - from) / (to - from)) * width;
  const y = (score: number): number => height - margin - score * (height - 2 * margin);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = '#ffffff2e';
  context.lineWidth = 1;
  for (const score of [0, 0.5, 1]) {
    context.beginPath();
    context.moveTo(0, y(score));
    context.lineTo(width, y(score));
    context.stroke();
  }
  context.lineWidth = 2 * scale;
  context.lineJoin = 'round';
  for (const { index, slot } of [...labels].reverse()) {
    context.strokeStyle = lineColors[slot]!;
    context.beginPath();
    for (const [i, window] of scene.windows.entries()) {
      const score = y(window.scores[index]!);
      // A window speaks for its middle; the first and the last also for what lies outside. Of a live sound it speaks for its end.
      const middle = scene.live ? window.end : (window.start + window.end) / 2;
      if (i === 0) context.moveTo(x(scene.live ? middle : 0), score);
      context.lineTo(x(middle), score);
      if (i === scene.windows.length - 1) context.lineTo(x(scene.live ? scene.seconds : to), score);
    }
    context.stroke();
  }
  if (cursor === undefined) return;
  context.fillStyle = '#ffffff';
  context.fillRect(x(cursor) - 1, 0, 2, height);
}
