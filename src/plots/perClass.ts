import { bestAndWorstClasses, type ClassificationReport, type ClassScores } from '../metrics/index.js';
import { checkNumbers, completeOptions } from './checks.js';
import { legend } from './legend.js';
import { nameColumn } from './nameColumn.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { FONT_SIZE, svgPicture } from './svgPicture.js';
import { textWidth, widestOf, writable } from './text.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages } from './words.js';

/** Options of {@link plotPerClass}. */
export interface PerClassOptions extends PictureOptions {
  /** How many of the best and of the worst classes are marked. Default 3. */
  readonly k?: number;
  /** Rows by F1, the best first, or as they are in the report. Default `'score'`. */
  readonly order?: 'score' | 'report';
}

const scores = [
  { key: 'precision', color: 0, symbol: 'triangle', path: 'M0,-5.5L4.8,2.8L-4.8,2.8Z' },
  { key: 'recall', color: 1, symbol: 'diamond', path: 'M0,-5.7L3.6,0L0,5.7L-3.6,0Z' },
  { key: 'f1Score', color: 2, symbol: 'circle', path: undefined },
] as const;

const ROW = 22;

/**
 * Precision, recall and F1 of every class as dots in a row, with the number of clips they rest on; the best and the worst classes are
 * marked. A dashed line is the mean F1 of the classes.
 *
 * @param report what `classificationReport` gives
 * @throws {RangeError} for a report without classes, scores outside [0, 1], and options out of range
 * @example
 * ```ts
 * const report = classificationReport(yTrue, yPred, { targetNames });
 * await (await plotPerClass(report)).save('per-class.svg');
 * ```
 */
export async function plotPerClass(
  report: Pick<ClassificationReport, 'classes' | 'macroAvg'>,
  options: PerClassOptions = {},
): Promise<Picture> {
  const { k = 3, order = 'score' } = options;
  const classes = checkReport(report, order);
  const top = topMargin(options.title) + 24;
  const { width, height, theme, language, title } = completeOptions(options, {
    width: 720,
    height: Math.max(120, top + classes.length * ROW + 34),
  });
  const colors = categorical(theme);
  const { best, worst } = bestAndWorstClasses(classes, k);
  const marked = [
    { rows: best, color: colors[2], word: 'best' },
    { rows: worst, color: colors[1], word: 'worst' },
  ] as const;
  const words = languages[language];
  const sorted = [...classes];
  if (order === 'score') sorted.sort((a, b) => b.f1Score - a.f1Score || b.support - a.support);
  const places = Array.from(sorted.keys());
  const placeOf = new Map(sorted.map((row, place) => [row, place]));
  const { Plot, draw } = await openPen();

  const { left, shown } = nameColumn(
    sorted.map(({ name }) => name),
    width,
  );
  const supportWidth = Math.max(
    textWidth(words.support, FONT_SIZE),
    ...sorted.map(({ support }) => textWidth(String(support), FONT_SIZE)),
  );
  const markWidth = widestOf([words.best, words.worst], FONT_SIZE) + 14;
  const right = 24 + supportWidth + markWidth;
  const y = (row: ClassScores): number => placeOf.get(row)!;
  const column = (dx: number, text: (row: ClassScores) => string, rows: readonly ClassScores[], style: object) =>
    Plot.text(rows, { y, x: 1, dx, text, textAnchor: 'end', ...style });
  const chart = draw({
    width,
    height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: 34,
    x: { domain: [0, 1], type: 'linear', insetLeft: 6, insetRight: 6 },
    y: { domain: places, type: 'band', padding: 0.15 },
    marks: [
      ...marked.map(({ rows, color }) =>
        Plot.barX(rows, { y, x1: 0, x2: 1, fill: color, fillOpacity: 0.12, insetLeft: -6, insetRight: -6 }),
      ),
      Plot.gridX({ strokeOpacity: 0.12, tickSpacing: 60 }),
      Plot.ruleX([report.macroAvg.f1Score], { stroke: colors[2], strokeDasharray: '5 3' }),
      Plot.ruleY(sorted, {
        y,
        x1: (row: ClassScores) => least(row),
        x2: (row: ClassScores) => greatest(row),
        strokeOpacity: 0.45,
        strokeWidth: 1.5,
      }),
      ...scores.map(({ key, color, symbol }) =>
        Plot.dot(sorted, {
          x: key,
          y,
          ...(symbol === 'circle' ? { fill: colors[color] } : { stroke: colors[color], strokeWidth: 2 }),
          symbol,
          r: 4.5,
          title: (row: ClassScores) => `${writable(row.name)}\n${words[key]}: ${formatNumber(row[key], language, 3)}`,
        }),
      ),
      Plot.axisX({ label: null, tickSpacing: 60, tickFormat: (value: number) => formatNumber(value, language) }),
      Plot.axisY({
        label: null,
        tickSize: 0,
        tickFormat: (place: number) => shown(sorted[place]!.name),
      }),
      column(14 + supportWidth, ({ support }) => formatNumber(support, language), sorted, {}),
      ...marked.map(({ rows, word }) => column(right - 4, () => words[word], rows, { fontWeight: 700 })),
    ],
  });
  const key = legend(
    scores.map(({ key, color, path }) => ({ name: words[key], color: colors[color], mark: 'dot', path })),
    { x: left, y: top - 26, width: width - left - right },
  );
  const heading = `<text x="${width - right + 8 + supportWidth}" y="${top - 16}" dy="0.32em" text-anchor="end">${words.support}</text>`;
  const list = (rows: readonly ClassScores[]): string =>
    rows.map(({ name, f1Score }) => `${name} ${formatNumber(f1Score, language, 3)}`).join(', ');
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.perClass,
    description: `${words.best}: ${list(best)}. ${words.worst}: ${list(worst)}.`,
    content: titleText(title, width) + key.content + heading + chart,
  });
}

const least = ({ precision, recall, f1Score }: ClassScores): number => Math.min(precision, recall, f1Score);
const greatest = ({ precision, recall, f1Score }: ClassScores): number => Math.max(precision, recall, f1Score);

function checkReport({ classes }: Pick<ClassificationReport, 'classes'>, order: string): readonly ClassScores[] {
  if (!(classes?.length > 0)) throw new RangeError('the report has no classes; there is nothing to draw');
  if (order !== 'score' && order !== 'report')
    throw new RangeError(`order must be 'score' or 'report', got '${String(order)}'`);
  for (const { name, precision, recall, f1Score } of classes)
    checkNumbers([precision, recall, f1Score], `precision, recall and F1 of '${name}'`, { least: 0, most: 1 });
  return classes;
}
