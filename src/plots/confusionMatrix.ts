import { checkMatrix } from '../metrics/checks.js';
import { columnSumsOf, rowSumsOf } from '../metrics/confusionMatrix.js';
import { completeOptions } from './checks.js';
import { colorBar } from './colorBar.js';
import { type Color, colorTable, indexOf, textOn, toHex } from './colorMap.js';
import { matrixLayout } from './matrixLayout.js';
import { openPen, type Pen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { rasterImage } from './rasterImage.js';
import { svgPicture } from './svgPicture.js';
import { fitted, textWidth, writable } from './text.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages, type Words } from './words.js';

/** Options of {@link plotConfusionMatrix}. */
export interface ConfusionMatrixPlotOptions extends PictureOptions {
  /** Show percentages of each true class (`'true'`), of each predicted class (`'pred'`) or of all clips (`'all'`). Default: counts. */
  readonly normalize?: 'true' | 'pred' | 'all';
}

/** So many elements a page draws without delay; more become one image. */
const MOST_CELLS = 1500;

/**
 * A confusion matrix as a heat map: rows are the true classes, columns the predicted ones; empty cells are left free. Every cell has its
 * number where that fits, and tells what it is where a mouse rests on it. The picture grows with the number of classes, so that the
 * names of fifty are legible.
 *
 * @param matrix counts, [classes, classes], as `confusionMatrix` gives them
 * @param labels a name for each class
 * @throws {RangeError} for a matrix that is empty, not square or holds anything but finite numbers from 0, another number of labels
 * than classes, and options out of range
 * @example
 * ```ts
 * const picture = await plotConfusionMatrix(confusionMatrix(yTrue, yPred), labels, { normalize: 'true' });
 * await picture.save('confusion.svg');
 * ```
 */
export async function plotConfusionMatrix(
  matrix: readonly (readonly number[])[],
  labels: readonly string[],
  options: ConfusionMatrixPlotOptions = {},
): Promise<Picture> {
  checkMatrix(matrix, labels);
  const { normalize } = options;
  if (normalize !== undefined && !['true', 'pred', 'all'].includes(normalize))
    throw new RangeError(`normalize must be 'true', 'pred', 'all' or left out, got '${String(normalize)}'`);
  const layout = matrixLayout(labels, options, topMargin(options.title));
  const { width, height, theme, language, title } = completeOptions(options, layout);
  const words = languages[language];
  const cells = cellsOf(matrix, normalize);
  const most = normalize === undefined ? Math.max(1, ...cells.map(({ value }) => value)) : 1;
  const pen = await openPen();
  // On a light page more is darker, on a dark one brighter; the ends of the map, where it meets the page, are left out.
  const palette = colorTable(pen, 'magma', theme === 'dark' ? { from: 0.12, to: 0.98 } : { from: 0.97, to: 0.15 });
  const colorOf = (value: number): Color => palette[indexOf(value / most, palette.length)]!;
  const textOf = (value: number): string =>
    normalize === undefined ? formatNumber(value, language, 3) : value < 0.005 ? '<1' : String(Math.round(100 * value));
  const { box } = layout;
  const content =
    titleText(title, width) +
    (cells.length > MOST_CELLS ? await rasterOf(cells, labels.length, palette, most, box) : '') +
    drawCells(pen, { cells, labels, layout, words, textOf, colorOf, size: { width, height } }) +
    (await colorBar(pen, {
      levels: { low: 0, high: normalize === undefined ? most : 100 },
      palette,
      box: { x: box.x + box.width + 16, y: box.y, width: 14, height: Math.min(box.height, 320) },
      label:
        { true: words.percentOfTruth, pred: words.percentOfPrediction, all: words.percentOfAll }[normalize!] ??
        words.clips,
      tickFormat: (value) => (Number.isInteger(value) ? formatNumber(value, language) : ''),
      right: box.x + box.width + 16 + layout.barWidth,
    }));
  const right = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  const all = matrix.flat().reduce((sum, value) => sum + value, 0);
  const description = `${labels.length} × ${labels.length}. ${words.accuracy}: ${formatNumber(all === 0 ? 0 : right / all, language, 3)} (${formatNumber(right, language)} / ${formatNumber(all, language)}).`;
  return svgPicture({ width, height, theme, title: title ?? words.confusionMatrix, description, content });
}

/** An entry that is not zero. */
interface Cell {
  readonly row: number;
  readonly column: number;
  /** How often it occurred. */
  readonly count: number;
  /** What is shown: the count, or a share in [0, 1]. */
  readonly value: number;
}

function cellsOf(matrix: readonly (readonly number[])[], normalize?: 'true' | 'pred' | 'all'): Cell[] {
  const [rows, columns] = [rowSumsOf(matrix), columnSumsOf(matrix)];
  const all = rows.reduce((sum, value) => sum + value, 0);
  return matrix.flatMap((counts, row) =>
    counts.flatMap((count, column) => {
      const whole = normalize ? { true: rows[row]!, pred: columns[column]!, all }[normalize] : 1;
      return count === 0 ? [] : [{ row, column, count, value: count / whole }];
    }),
  );
}

function drawCells(
  { Plot, draw }: Pen,
  {
    cells,
    labels,
    layout,
    words,
    textOf,
    colorOf,
    size,
  }: {
    cells: readonly Cell[];
    labels: readonly string[];
    layout: ReturnType<typeof matrixLayout>;
    words: Words;
    textOf: (value: number) => string;
    colorOf: (value: number) => Color;
    size: { readonly width: number; readonly height: number };
  },
): string {
  const { box, cell, fontSize, rotation, longestName } = layout;
  const names = labels.map((label) => fitted(label, longestName, fontSize));
  const fits = cells.every(({ value }) => textWidth(textOf(value), fontSize) <= cell - 1);
  const places = Array.from(labels.keys());
  const axis = { fontSize, labelAnchor: 'center', labelArrow: 'none', tickSize: 0, tickPadding: 6 } as const;
  const tickFormat = (place: number): string => names[place]!;
  const titleOf = ({ row, column, count, value }: Cell): string =>
    `${words.truth}: ${writable(labels[row]!)}\n${words.prediction}: ${writable(labels[column]!)}\n${words.clips}: ${count}` +
    (value === count ? '' : ` (${(100 * value).toFixed(1)} %)`);
  return draw({
    ...size,
    marginLeft: box.x,
    marginTop: box.y,
    marginRight: size.width - box.x - box.width,
    marginBottom: size.height - box.y - box.height,
    x: { domain: places, type: 'band', padding: 0 },
    y: { domain: places, type: 'band', padding: 0 },
    marks: [
      Plot.axisX({
        ...axis,
        label: words.prediction,
        labelOffset: size.height - box.y - box.height - 8,
        tickRotate: rotation,
        ...(rotation !== 0 && { textAnchor: 'end' }),
        tickFormat,
      }),
      Plot.axisY({ ...axis, label: words.truth, labelOffset: box.x - 12, tickFormat }),
      // Lines lead the eye from a cell to its names.
      Plot.gridX(places, { strokeOpacity: 0.1 }),
      Plot.gridY(places, { strokeOpacity: 0.1 }),
      cells.length > MOST_CELLS
        ? null
        : Plot.cell(cells, {
            x: 'column',
            y: 'row',
            inset: cell > 24 ? 1 : 0.5,
            fill: ({ value }: Cell) => toHex(colorOf(value)),
            title: titleOf,
          }),
      fits
        ? Plot.text(cells, {
            x: 'column',
            y: 'row',
            text: ({ value }: Cell) => textOf(value),
            fill: ({ value }: Cell) => textOn(colorOf(value)),
            fontSize,
            pointerEvents: 'none',
          })
        : null,
      Plot.frame({ strokeOpacity: 0.3 }),
    ],
    color: { type: 'identity' },
  });
}

/** The cells as one image; empty ones are transparent. */
function rasterOf(
  cells: readonly Cell[],
  classes: number,
  palette: readonly Color[],
  most: number,
  box: { x: number; y: number; width: number; height: number },
): Promise<string> {
  const indices = new Uint8Array(classes * classes);
  const colors: (Color | [...Color, number])[] = [[0, 0, 0, 0], ...palette.filter((_, i) => i % 2 === 1)];
  for (const { row, column, value } of cells)
    indices[row * classes + column] = 1 + indexOf(value / most, colors.length - 1);
  return rasterImage({ width: classes, height: classes, indices, palette: colors }, box);
}
