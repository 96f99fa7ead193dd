import { checkNumbers, completeOptions } from './checks.js';
import { legend } from './legend.js';
import { nameColumn } from './nameColumn.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { FONT_SIZE, svgPicture } from './svgPicture.js';
import { textWidth, writable } from './text.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages } from './words.js';

/** How often a class is true and how often it is predicted, as shares of all clips. */
export interface ClassFrequencies {
  readonly trueFrequency: number;
  readonly predictedFrequency: number;
}

const ROW = 22;

/**
 * Which classes a model names too often, and which too rarely: for each class the share of clips that are of it and the share that
 * were taken for it, the most over-predicted class first.
 *
 * @param frequencies one entry for each class, as `predictionBias` gives them
 * @param labels a name for each class
 * @throws {RangeError} for no classes, another number of labels, frequencies outside [0, 1], and options out of range
 * @example
 * ```ts
 * await (await plotPredictionBias(predictionBias(yTrue, yPred), labels)).save('bias.svg');
 * ```
 */
export async function plotPredictionBias(
  frequencies: readonly ClassFrequencies[],
  labels: readonly string[],
  options: PictureOptions = {},
): Promise<Picture> {
  checkFrequencies(frequencies, labels);
  const top = topMargin(options.title) + 24;
  const { width, height, theme, language, title } = completeOptions(options, {
    width: 640,
    height: Math.max(120, top + labels.length * ROW + 46),
  });
  const words = languages[language];
  const colors = categorical(theme);
  const rows = frequencies
    .map(({ trueFrequency, predictedFrequency }, i) => ({
      name: labels[i]!,
      truth: 100 * trueFrequency,
      predicted: 100 * predictedFrequency,
    }))
    .sort((a, b) => b.predicted - b.truth - (a.predicted - a.truth));
  const differenceOf = ({ truth, predicted }: (typeof rows)[number]): string => {
    const points = Math.round(10 * (predicted - truth)) / 10;
    return `${points > 0 ? '+' : ''}${formatNumber(points, language, 3)}`;
  };
  const { Plot, draw } = await openPen();
  const { left, shown } = nameColumn(
    rows.map(({ name }) => name),
    width,
  );
  const right =
    24 +
    Math.max(textWidth(words.difference, FONT_SIZE), ...rows.map((row) => textWidth(differenceOf(row), FONT_SIZE)));
  const most = Math.max(...rows.map(({ truth, predicted }) => Math.max(truth, predicted)));
  const y = (_: unknown, place: number): number => place;
  const text = ({ name, truth, predicted }: (typeof rows)[number]): string =>
    `${writable(name)}\n${words.trueFrequency}: ${formatNumber(truth, language, 3)} %\n${words.predictedFrequency}: ${formatNumber(predicted, language, 3)} %`;
  const chart = draw({
    width,
    height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: 46,
    x: { domain: [0, most || 1], type: 'linear', insetLeft: 6, insetRight: 6 },
    y: { domain: Array.from(rows.keys()), type: 'band', padding: 0.15 },
    marks: [
      Plot.gridX({ strokeOpacity: 0.12, tickSpacing: 60 }),
      Plot.ruleY(rows, { y, x1: 'truth', x2: 'predicted', strokeOpacity: 0.45, strokeWidth: 2 }),
      Plot.dot(rows, { x: 'truth', y, stroke: 'currentColor', strokeWidth: 2, r: 5, title: text }),
      Plot.dot(rows, { x: 'predicted', y, fill: colors[1], r: 4, title: text }),
      Plot.text(rows, { x: most || 1, y, dx: right - 10, text: differenceOf, textAnchor: 'end' }),
      Plot.axisX({
        label: words.percentOfClips,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        tickSpacing: 60,
        tickFormat: (value: number) => formatNumber(value, language),
      }),
      Plot.axisY({
        label: null,
        tickSize: 0,
        tickFormat: (place: number) => shown(rows[place]!.name),
      }),
    ],
  });
  const key = legend(
    [
      { name: words.trueFrequency, color: 'currentColor', mark: 'dot', path: 'M-5,0A5,5,0,1,0,5,0A5,5,0,1,0,-5,0' },
      { name: words.predictedFrequency, color: colors[1], mark: 'dot' },
    ],
    { x: left, y: top - 26, width: width - left - right },
  );
  const heading = `<text x="${width - 16}" y="${top - 16}" dy="0.32em" text-anchor="end">${words.difference}</text>`;
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.predictionBias,
    description: rows.map((row) => `${row.name} ${differenceOf(row)}`).join(', '),
    content: titleText(title, width) + key.content + heading + chart,
  });
}

function checkFrequencies(frequencies: readonly ClassFrequencies[], labels: readonly string[]): void {
  if (!(frequencies?.length > 0)) throw new RangeError('frequencies is empty; there is nothing to draw');
  if (labels?.length !== frequencies.length)
    throw new RangeError(`labels must name each of the ${frequencies.length} classes, got ${labels?.length} names`);
  for (const [i, { trueFrequency, predictedFrequency }] of frequencies.entries())
    checkNumbers([trueFrequency, predictedFrequency], `frequencies of '${labels[i]}'`, { least: 0, most: 1 });
}
