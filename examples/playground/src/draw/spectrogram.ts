import type { AttentionMap } from 'ast-ts/results';
import type { Scene } from '../state.js';
import { spanOf } from './span.js';

/** How dark it gets where the model does not look. */
const SHADE = 0.72;

/** The spectrogram, in the light of where the model looks, and the cursor over it. */
export function drawSpectrogram(
  context: CanvasRenderingContext2D,
  scene: Scene,
  { attention, cursor }: { attention: boolean; cursor?: number },
): void {
  const { width, height } = context.canvas;
  const { from, to } = spanOf(scene);
  const x = (seconds: number): number => ((seconds - from) / (to - from)) * width;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  scene.strip.draw(context, Math.round(from * scene.strip.perSecond), Math.round(to * scene.strip.perSecond));
  context.imageSmoothingEnabled = true;
  if (attention)
    for (const { start, end, map } of scene.attention)
      context.drawImage(shadeOf(map), x(start), 0, x(end) - x(start), height);
  if (cursor === undefined) return;
  context.fillStyle = '#ffffff';
  context.fillRect(x(cursor) - 1, 0, 2, height);
}

const shades = new WeakMap<AttentionMap, HTMLCanvasElement>();

/** A map as darkness, one pixel a patch: to be stretched smoothly. */
function shadeOf(map: AttentionMap): HTMLCanvasElement {
  const known = shades.get(map);
  if (known) return known;
  const { frequencies, times, weights } = map;
  const canvas = document.createElement('canvas');
  canvas.width = times;
  canvas.height = frequencies;
  const image = new ImageData(times, frequencies);
  const sorted = [...weights].sort((a, b) => a - b);
  // One patch that draws all attention would leave the others in the dark.
  const most = sorted[Math.floor(0.97 * (sorted.length - 1))] || 1;
  const least = sorted[0]!;
  for (const [i, weight] of weights.entries()) {
    const [row, column] = [Math.floor(i / times), i % times];
    const share = Math.min(1, (weight - least) / (most - least || 1));
    image.data[((frequencies - 1 - row) * times + column) * 4 + 3] = 255 * SHADE * (1 - share);
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  shades.set(map, canvas);
  return canvas;
}
