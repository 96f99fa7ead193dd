import type { RobustnessCurve } from '../results/index.js';
import { checkNumbers, completeOptions } from './checks.js';
import { legend } from './legend.js';
import { openPen, type Pen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { FONT_SIZE, svgPicture } from './svgPicture.js';
import { escapeXml, fitted, writable } from './text.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages, type Words } from './words.js';

/** Options of {@link plotRobustness}. */
export interface RobustnessOptions extends PictureOptions {
  /** Names of the classes whose recall the curves have: the one that suffers most is named. */
  readonly labels?: readonly string[];
}

const PANEL = { width: 240, height: 220 };
const MARGIN_LEFT = 58;

/**
 * Accuracy as sounds get worse, a chart for each way in which they do, in the order in which the severities were asked for. Thin lines are
 * the recall of each class; the class that loses most from the first severity to the last is marked.
 *
 * @param curves what `robustness` gives
 * @throws {RangeError} for no curves, a curve without points, accuracies outside [0, 1], another number of labels than recalls, and
 * options out of range
 * @example
 * ```ts
 * await (await plotRobustness(curves, { labels: model.labels })).save('robustness.svg');
 * ```
 */
export async function plotRobustness(
  curves: readonly RobustnessCurve[],
  options: RobustnessOptions = {},
): Promise<Picture> {
  checkCurves(curves, options.labels);
  const columns = Math.min(3, curves.length);
  const rows = Math.ceil(curves.length / columns);
  const top = topMargin(options.title) + 24;
  const { width, height, theme, language, title } = completeOptions(options, {
    width: Math.max(440, columns * PANEL.width),
    height: top + rows * PANEL.height,
  });
  const words = languages[language];
  const colors = categorical(theme);
  const pen = await openPen();
  const size = { width: width / columns, height: (height - top) / rows };
  const charts = curves.map((curve, i) =>
    drawCurve(
      pen,
      { curve, labels: options.labels, words, language, colors, ...size },
      { x: (i % columns) * size.width, y: top + Math.floor(i / columns) * size.height },
    ),
  );
  const hasClasses = curves.some(({ points }) => points.some(({ recall }) => recall.length > 0));
  const key = legend(
    [
      { name: words.accuracy, color: colors[0], mark: 'line and dot' },
      ...(hasClasses
        ? ([
            { name: words.hardestHit, color: colors[1], mark: 'dashes' },
            { name: words.eachClass, color: 'currentColor', mark: 'thin' },
          ] as const)
        : []),
    ],
    { x: MARGIN_LEFT, y: topMargin(title) - 8, width: width - MARGIN_LEFT },
  );
  const description = curves
    .map(({ kind, unit, points }) => {
      const texts = points.map(
        ({ severity, accuracy }) => `${severity} ${unit}: ${formatNumber(accuracy, language, 3)}`,
      );
      return `${kindOf(kind, words)}: ${texts.join(', ')}.`;
    })
    .join(' ');
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.robustness,
    description,
    content: titleText(title, width) + key.content + charts.join(''),
  });
}

const kindOf = (kind: string, words: Words): string => (Object.hasOwn(words, kind) ? words[kind as keyof Words] : kind);

/** The class whose recall falls most from the first point to the last. */
function hardestHit({ points }: RobustnessCurve): { readonly index: number; readonly loss: number } | undefined {
  const [first, last] = [points[0]!.recall, points.at(-1)!.recall];
  const losses = first.map((recall, index) => ({ index, loss: recall - last[index]! }));
  return losses.filter(({ loss }) => loss > 0).sort((a, b) => b.loss - a.loss)[0];
}

function drawCurve(
  { Plot, draw }: Pen,
  {
    curve,
    labels,
    words,
    language,
    colors,
    width,
    height,
  }: {
    curve: RobustnessCurve;
    labels: readonly string[] | undefined;
    words: Words;
    language: 'en' | 'es';
    colors: readonly string[];
    width: number;
    height: number;
  },
  at: { readonly x: number; readonly y: number },
): string {
  const { kind, unit, points } = curve;
  const worst = hardestHit(curve);
  const nameOf = (index: number): string => writable(labels?.[index] ?? String(index));
  const recalls = points.flatMap(({ recall }, place) => recall.map((value, index) => ({ place, value, index })));
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const tickFormat = (value: number): string => formatNumber(value, language, 4);
  const chart = draw(
    {
      width,
      height,
      marginLeft: MARGIN_LEFT,
      marginRight: 16,
      marginTop: labels ? 28 : 12,
      marginBottom: 46,
      x: { domain: Array.from(points.keys()), type: 'point', padding: 0.2 },
      y: { domain: [0, 1], type: 'linear' },
      marks: [
        Plot.gridY({ strokeOpacity: 0.12, tickSpacing: 40 }),
        Plot.line(recalls, {
          x: 'place',
          y: 'value',
          z: 'index',
          strokeOpacity: 0.22,
          strokeWidth: 1,
          title: ({ index }) => nameOf(index),
        }),
        ...(worst
          ? [
              Plot.line(
                recalls.filter(({ index }) => index === worst.index),
                {
                  x: 'place',
                  y: 'value',
                  stroke: colors[1],
                  strokeWidth: 2,
                  strokeDasharray: '5 3',
                },
              ),
            ]
          : []),
        Plot.line(points, { x: (_, i) => i, y: 'accuracy', stroke: colors[0], strokeWidth: 2.5 }),
        Plot.dot(points, {
          x: (_, i) => i,
          y: 'accuracy',
          fill: colors[0],
          r: 3.5,
          title: ({ accuracy }) => formatNumber(accuracy, language, 3),
        }),
        Plot.axisX({
          ...axis,
          label: unit === '' ? kindOf(kind, words) : `${kindOf(kind, words)} (${unit})`,
          labelOffset: 40,
          tickFormat: (place: number) => tickFormat(points[place]!.severity),
        }),
        Plot.axisY({ ...axis, label: words.accuracy, labelOffset: 46, tickSpacing: 40, tickFormat }),
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
      ],
    },
    at,
  );
  if (!worst || !labels) return chart;
  const note = fitted(
    `${nameOf(worst.index)} −${formatNumber(worst.loss, language, 2)}`,
    width - MARGIN_LEFT - 16,
    FONT_SIZE,
  );
  return `${chart}<text x="${at.x + MARGIN_LEFT}" y="${at.y + 14}" dy="0.32em" text-anchor="start" font-weight="700">${escapeXml(note)}</text>`;
}

function checkCurves(curves: readonly RobustnessCurve[], labels: readonly string[] | undefined): void {
  if (!(curves?.length > 0)) throw new RangeError('curves is empty; there is nothing to draw');
  for (const { kind, points } of curves) {
    if (!(points?.length > 0)) throw new RangeError(`the curve '${kind}' has no points; there is nothing to draw`);
    checkNumbers(
      points.map(({ severity }) => severity),
      `severities of '${kind}'`,
    );
    checkNumbers(
      points.map(({ accuracy }) => accuracy),
      `accuracies of '${kind}'`,
      { least: 0, most: 1 },
    );
    const expected = labels?.length ?? points[0]!.recall.length;
    const other = points.find(({ recall }) => recall.length !== expected);
    if (other)
      throw new RangeError(
        `recall of '${kind}' must have ${expected} classes${labels ? ', as labels has' : ''}, got ${other.recall.length}`,
      );
  }
}
