import type { PictureOptions } from './picture.js';
import type { Box } from './rasterImage.js';
import { FONT_SIZE } from './svgPicture.js';
import { widestOf, writable } from './text.js';

/** Where the parts of a confusion matrix are, in CSS pixels. */
export interface MatrixLayout {
  readonly width: number;
  readonly height: number;
  /** The cells. */
  readonly box: Box;
  /** Width and height of a cell. */
  readonly cell: number;
  readonly fontSize: number;
  /** Of the names below, in degrees. */
  readonly rotation: 0 | -45 | -90;
  /** Names are cut to this width. */
  readonly longestName: number;
  /** Room for the colour bar with ticks and label. */
  readonly barWidth: number;
}

const LONGEST_NAME = 160;
const AXIS_TITLE = 34;
const BAR_WIDTH = 84;
const EDGE = 16;

/** Lays a matrix out at a size at which it is legible, or at the size that is asked for. */
export function matrixLayout(labels: readonly string[], { width, height }: PictureOptions, top: number): MatrixLayout {
  const classes = labels.length;
  const fontSize = classes > 20 ? 11 : FONT_SIZE;
  const longestName = Math.min(LONGEST_NAME, (width ?? Number.POSITIVE_INFINITY) / 4);
  const widest = Math.min(longestName, widestOf(labels.map(writable), fontSize));
  const wanted = Math.max(17, Math.min(64, 420 / classes));
  const left = AXIS_TITLE + widest;
  const beside = left + EDGE + BAR_WIDTH;
  const fromWidth = width === undefined ? wanted : (width - beside) / classes;
  const rotation = widest + 8 <= fromWidth ? 0 : classes <= 12 ? -45 : -90;
  const below = AXIS_TITLE + { 0: 16, [-45]: widest * 0.71 + 14, [-90]: widest + 8 }[rotation];
  const fromHeight = height === undefined ? wanted : (height - top - below) / classes;
  const cell = Math.max(
    1,
    width === undefined && height === undefined
      ? wanted
      : Math.min(width === undefined ? fromHeight : fromWidth, height === undefined ? fromWidth : fromHeight),
  );
  const side = cell * classes;
  return {
    width: Math.ceil(width ?? beside + side),
    height: Math.ceil(height ?? top + side + below),
    box: { x: left, y: top, width: side, height: side },
    cell,
    fontSize,
    rotation,
    longestName,
    barWidth: BAR_WIDTH,
  };
}
