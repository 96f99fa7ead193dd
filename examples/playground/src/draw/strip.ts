import type { Columns } from '../protocol.js';
import { magma } from './colors.js';

/** A spectrogram as pixels, one a column and bin, on a canvas that is never shown: it is stretched onto one that is. */
export interface Strip {
  /** Columns so far, those that are overwritten too. */
  readonly columns: number;
  readonly perSecond: number;
  append(columns: Columns): void;
  /** Draws columns [from, to) over all of a canvas. */
  draw(context: CanvasRenderingContext2D, from: number, to: number): void;
}

const BINS = 128;

/** @param capacity columns that are kept; later ones overwrite the oldest */
export function createStrip(capacity: number, perSecond: number): Strip {
  const canvas = document.createElement('canvas');
  canvas.width = capacity;
  canvas.height = BINS;
  const pixels = canvas.getContext('2d')!;
  let columns = 0;

  /** Columns that do not go over the end. */
  function put(levels: Uint8Array, at: number): void {
    const count = levels.length / BINS;
    const image = new ImageData(count, BINS);
    for (let column = 0; column < count; column++)
      for (let bin = 0; bin < BINS; bin++) {
        const color = levels[column * BINS + bin]! * 4;
        const target = ((BINS - 1 - bin) * count + column) * 4; // low sounds at the bottom
        image.data.set(magma.subarray(color, color + 4), target);
      }
    pixels.putImageData(image, at, 0);
  }

  return {
    get columns() {
      return columns;
    },
    perSecond,
    append({ levels, columns: count }) {
      for (let done = 0; done < count; ) {
        const at = (columns + done) % capacity;
        const some = Math.min(count - done, capacity - at);
        put(levels.subarray(done * BINS, (done + some) * BINS), at);
        done += some;
      }
      columns += count;
    },
    draw(context, from, to) {
      const { width, height } = context.canvas;
      const scale = width / (to - from);
      for (let column = Math.max(0, from, columns - capacity); column < Math.min(to, columns); ) {
        const at = column % capacity;
        const some = Math.min(to, columns, column + capacity - at) - column;
        context.drawImage(canvas, at, 0, some, BINS, (column - from) * scale, 0, some * scale, height);
        column += some;
      }
    },
  };
}
