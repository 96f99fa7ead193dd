import type { AttentionMap } from 'ast-ts/results';
import type { Scene } from '../state.js';
import { spanOf } from './span.js';

/** How dark it gets where the model does not look. */
const SHADE = 0.6;

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
  drawAxes(context, from, to);
  if (cursor === undefined) return;
  context.fillStyle = '#ffffff';
  context.fillRect(x(cursor) - 1, 0, 2, height);
}

const MARKS = { '200 Hz': 200, '1 kHz': 1000, '4 kHz': 4000 };
const mel = (hertz: number): number => Math.log(1 + hertz / 700);

/** Some frequencies at the left, as Kaldi's mel scale from 20 Hz to 8 kHz has them, and seconds at the bottom. */
function drawAxes(context: CanvasRenderingContext2D, from: number, to: number): void {
  const { width, height } = context.canvas;
  const size = 11 * devicePixelRatio;
  context.font = `${size}px system-ui, sans-serif`;
  context.fillStyle = '#ffffffc8';
  for (const [text, hertz] of Object.entries(MARKS)) {
    const share = (mel(hertz) - mel(20)) / (mel(8000) - mel(20));
    context.fillText(text, size / 2, height * (1 - share) + size / 3);
  }
  const step = [1, 2, 5, 10, 30, 60, 300].find((seconds) => ((to - from) / seconds) * 6 * size < width) ?? 600;
  for (let second = Math.ceil(Math.max(from, 0) / step) * step; second < to - step / 3; second += step) {
    if (second === 0) continue;
    const x = ((second - from) / (to - from)) * width;
    context.fillRect(x, height - size / 3, 1, size / 3);
    context.fillText(`${second} s`, x + size / 3, height - size / 3);
  }
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
