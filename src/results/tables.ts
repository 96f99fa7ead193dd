/** Results as lines of text for a terminal. The functions return strings without a final newline; they print nothing. */

import { checkMatrix } from '../metrics/checks.js';
import { formatFixed } from '../metrics/formatFixed.js';
import type { BestAndWorstClasses, ClassScores, ConfusedPair } from '../metrics/index.js';

/** A table wider than this wraps in common terminals. */
const MAX_WIDTH = 100;
const MAX_NAME = 24;
const CORNER = 'true \\ predicted';

/** Options of {@link formatConfusionMatrix}. */
export interface ConfusionMatrixTextOptions {
  /** ANSI colours: right predictions green, mistakes red, zeros dim. Default `false`. */
  color?: boolean;
}

/** How the columns of a confusion matrix are headed and spaced. */
interface Layout {
  rowLabels: string[];
  /** Lines of the header, each with one entry a column. */
  headings: string[][];
  widths: number[];
  /** Spaces in front of each column. */
  gaps: number[];
}

/**
 * A confusion matrix as an aligned table: rows are the true classes, columns the predicted ones, a dot is a zero.
 *
 * Columns are headed by class names as long as the table stays within 100 characters. Beyond that, rows and columns are
 * numbered; then the numbers stand upright over columns as narrow as the counts, in groups of five; and when even that is
 * too wide, the columns continue in further tables below. Counts are printed as they are, shares with two decimals.
 *
 * @param matrix `[classes, classes]`, row = truth, column = prediction, as `confusionMatrix` gives it
 * @param names a name for each class
 * @throws RangeError for a matrix that is empty, not square or holds anything but finite numbers from 0, and for a number
 * of names other than its size
 * @example
 * ```ts
 * console.log(formatConfusionMatrix(confusionMatrix(yTrue, yPred), names, { color: process.stdout.isTTY }));
 * ```
 */
export function formatConfusionMatrix(
  matrix: readonly (readonly number[])[],
  names: readonly string[],
  { color = false }: ConfusionMatrixTextOptions = {},
): string {
  checkMatrix(matrix, names);
  const isCounts = matrix.flat().every(Number.isInteger);
  const cells = matrix.map((row) =>
    row.map((value) => (value === 0 ? '.' : isCounts ? String(value) : formatFixed(value, 2))),
  );
  const layout =
    [namedLayout, numberedLayout].map((make) => make(cells, names)).find((made) => widthOf(made) <= MAX_WIDTH) ??
    uprightLayout(cells, names);
  const paint = (text: string, row: number, column: number): string =>
    color ? `\u001b[${matrix[row]![column] === 0 ? 2 : row === column ? 32 : 31}m${text}\u001b[0m` : text;
  return columnBlocks(layout)
    .map((columns) => tableOf(layout, cells, columns, paint))
    .join('\n\n');
}

/** Every column headed by the name of its class. */
function namedLayout(cells: readonly string[][], names: readonly string[]): Layout {
  const widths = names.map((name, j) => Math.max(lengthOf(name), ...cells.map((row) => row[j]!.length)));
  return { rowLabels: [...names], headings: [[...names]], widths, gaps: names.map(() => 2) };
}

/** Rows numbered and named, columns headed by the numbers. */
function numberedLayout(cells: readonly string[][], names: readonly string[]): Layout {
  const numbers = names.map((_, i) => String(i));
  const digits = numbers.at(-1)!.length;
  return {
    rowLabels: names.map((name, i) => `${padLeft(numbers[i]!, digits)} ${shortened(name)}`),
    headings: [numbers],
    widths: names.map(() => Math.max(digits, widestOf(cells))),
    gaps: names.map(() => 1),
  };
}

/** As numbered, but with the digits of a number below each other where the counts are narrower than it. */
function uprightLayout(cells: readonly string[][], names: readonly string[]): Layout {
  const { rowLabels, headings } = numberedLayout(cells, names);
  const numbers = headings[0]!;
  const digits = numbers.at(-1)!.length;
  const width = widestOf(cells);
  const gap = width === 1 ? 0 : 1;
  return {
    rowLabels,
    headings:
      width >= digits
        ? headings
        : Array.from({ length: digits }, (_, line) => numbers.map((number) => padLeft(number, digits)[line]!)),
    widths: names.map(() => width),
    gaps: names.map((_, j) => (j % 5 === 0 ? gap + 1 : gap)),
  };
}

const labelWidthOf = ({ rowLabels }: Layout): number => Math.max(CORNER.length, ...rowLabels.map(lengthOf));
const columnWidthOf = ({ widths, gaps }: Layout, j: number): number => widths[j]! + gaps[j]!;
const widthOf = (layout: Layout): number =>
  layout.widths.reduce((sum, _, j) => sum + columnWidthOf(layout, j), labelWidthOf(layout));

/** The columns of each table: all of them, or as many at a time as fit, a multiple of five. */
function columnBlocks(layout: Layout): number[][] {
  const columns = layout.widths.map((_, j) => j);
  const available = MAX_WIDTH - labelWidthOf(layout);
  if (widthOf(layout) <= MAX_WIDTH) return [columns];
  const groupWidth = columns.slice(0, 5).reduce((sum, j) => sum + columnWidthOf(layout, j), 0);
  const groups = Math.ceil(columns.length / 5);
  const tables = Math.ceil(groups / Math.max(1, Math.floor(available / groupWidth)));
  const size = 5 * Math.ceil(groups / tables);
  return Array.from({ length: Math.ceil(columns.length / size) }, (_, i) => columns.slice(i * size, (i + 1) * size));
}

function tableOf(
  layout: Layout,
  cells: readonly string[][],
  columns: readonly number[],
  paint: (text: string, row: number, column: number) => string,
): string {
  const { rowLabels, headings, widths, gaps } = layout;
  const labelWidth = labelWidthOf(layout);
  const line = (label: string, cell: (column: number) => string): string =>
    padRight(label, labelWidth) + columns.map((j) => ' '.repeat(gaps[j]!) + cell(j)).join('');
  return [
    ...headings.map((heading, i) =>
      line(i === headings.length - 1 ? CORNER : '', (j) => padLeft(heading[j]!, widths[j]!)),
    ),
    ...cells.map((row, i) => line(rowLabels[i]!, (j) => paint(padLeft(row[j]!, widths[j]!), i, j))),
  ].join('\n');
}

/**
 * The best and the worst classes as a table: F1, precision, recall (two decimals, rounded as
 * in the classification report) and support. Says so when there is no class to rank.
 *
 * @param classes what `bestAndWorstClasses` gives
 * @example
 * ```ts
 * console.log(formatBestAndWorst(bestAndWorstClasses(report, 3)));
 * ```
 */
export function formatBestAndWorst({ best, worst }: BestAndWorstClasses): string {
  if (best.length === 0) return 'No class has examples to rank.';
  const row = ({ name, f1Score, precision, recall, support }: ClassScores): string[] => [
    `  ${shortened(name)}`,
    ...[f1Score, precision, recall].map((value) => formatFixed(value, 2)),
    String(support),
  ];
  const rows = [['Best classes', 'F1', 'precision', 'recall', 'support'], ...best.map(row)];
  if (worst.length > 0) rows.push(['Worst classes', '', '', '', ''], ...worst.map(row));
  return alignedColumns(rows);
}

/**
 * The most frequent mistakes as a table: how many examples of a class were taken for another, and their share of the
 * examples of that class. Says so when there are none.
 *
 * @param pairs what `mostConfusedPairs` gives
 * @example
 * ```ts
 * console.log(formatConfusedPairs(mostConfusedPairs(matrix, names, 5)));
 * ```
 */
export function formatConfusedPairs(pairs: readonly ConfusedPair[]): string {
  if (pairs.length === 0) return 'No class was taken for another.';
  return alignedColumns([
    ['Most confused (true -> predicted)', 'count', 'of the class'],
    ...pairs.map(({ truth, prediction, count, rate }) => [
      `  ${shortened(truth)} -> ${shortened(prediction)}`,
      String(count),
      `${formatFixed(100 * rate, 1)} %`,
    ]),
  ]);
}

/** Rows of a table, all of one length: the first column to the left, the others to the right. */
export function alignedColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, j) => Math.max(...rows.map((row) => lengthOf(row[j]!))));
  return rows
    .map((row) => row.map((cell, j) => (j === 0 ? padRight(cell, widths[j]!) : padLeft(cell, widths[j]!))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

const widestOf = (cells: readonly string[][]): number =>
  Math.max(...cells.map((row) => Math.max(...row.map(lengthOf))));

// Lengths are counted in characters, not in UTF-16 units.
const lengthOf = (text: string): number => [...text].length;
const padLeft = (text: string, width: number): string => ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
const padRight = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
const shortened = (name: string): string =>
  lengthOf(name) > MAX_NAME ? `${[...name].slice(0, MAX_NAME - 1).join('')}…` : name;
