import type { TrainingHistory } from '../results/index.js';
import { checkNumbers, completeOptions } from './checks.js';
import { type LegendEntry, legend } from './legend.js';
import { openPen, type Pen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { svgPicture } from './svgPicture.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages, type Words } from './words.js';

/** Options of {@link plotTrainingCurves}. */
export interface TrainingCurvesOptions extends PictureOptions {
  /** What the legend calls several histories. Default: their numbers. */
  readonly names?: readonly string[];
}

/** A point of a curve. */
interface Point {
  readonly epoch: number;
  readonly value: number;
}

/** One line of a chart. */
interface Curve {
  readonly points: readonly Point[];
  readonly color: string;
  readonly isEvaluation: boolean;
}

/** More steps than this are averaged in groups: neighbours would share a pixel. */
const MOST_POINTS = 400;

/**
 * Loss and accuracy as a model learned. The loss of the training batches is a line; evaluations are dots that a line joins. Several
 * histories are laid over each other, a colour each.
 *
 * @param histories one history, or several to compare
 * @throws {RangeError} for a history without a step and without an evaluation, another number of names than histories, and options out
 * of range
 * @example
 * ```ts
 * const picture = await plotTrainingCurves([first, second], { names: ['1e-4', '1e-5'] });
 * await picture.save('curves.svg');
 * ```
 */
export async function plotTrainingCurves(
  histories: TrainingHistory | readonly TrainingHistory[],
  options: TrainingCurvesOptions = {},
): Promise<Picture> {
  const all = Array.isArray(histories) ? (histories as readonly TrainingHistory[]) : [histories as TrainingHistory];
  const names = options.names ?? all.map((_, i) => String(i + 1));
  checkHistories(all, names);
  const { width, height, theme, language, title } = completeOptions(options, { width: 720, height: 300 });
  const words = languages[language];
  const colors = categorical(theme);
  const pen = await openPen();
  const losses = all.flatMap((history, i) => lossCurves(history, i, colors, all.length));
  const accuracies = all.flatMap((history, i) => accuracyCurve(history, i, colors, all.length));
  const key = legend(legendOf(all, names, colors, words), { x: 60, y: topMargin(title) - 8, width: width - 80 });
  const top = topMargin(title) + key.height;
  const charts = [
    { curves: losses, label: words.loss },
    ...(accuracies.length > 0 ? [{ curves: accuracies, label: words.accuracy, most: 1 }] : []),
  ];
  const chartWidth = width / charts.length;
  const content = charts.map((chart, i) =>
    drawChart(
      pen,
      { ...chart, width: chartWidth, height: height - top, words, language },
      { x: i * chartWidth, y: top },
    ),
  );
  const last = all.map(({ evaluations }) => evaluations.at(-1)?.accuracy).filter((value) => value !== undefined);
  const description = `${words.loss}, ${words.accuracy}. ${last.map((value, i) => `${names[i]}: ${formatNumber(value, language, 3)}`).join('; ')}`;
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.trainingCurves,
    description,
    content: titleText(title, width) + key.content + content.join(''),
  });
}

function checkHistories(histories: readonly TrainingHistory[], names: readonly string[]): void {
  if (histories.length === 0) throw new RangeError('histories is empty; training curves need at least one history');
  if (names.length !== histories.length)
    throw new RangeError(`names must name each of the ${histories.length} histories, got ${names.length} names`);
  for (const [i, { steps, evaluations }] of histories.entries()) {
    if (steps.length === 0 && evaluations.length === 0)
      throw new RangeError(`history ${i} has no steps and no evaluations; there is nothing to draw`);
    const epochs = [...steps, ...evaluations].map(({ epoch }) => epoch);
    checkNumbers(epochs, `epochs of history ${i}`, { least: 0 });
  }
}

/** The colour of a history. */
const colorOf = (colors: readonly string[], index: number): string => colors[index % colors.length]!;

function lossCurves(
  { steps, evaluations }: TrainingHistory,
  index: number,
  colors: readonly string[],
  count: number,
): Curve[] {
  const evaluationColor = colorOf(colors, count === 1 ? 1 : index);
  return [
    { points: averaged(steps), color: colorOf(colors, index), isEvaluation: false },
    {
      points: evaluations.map(({ epoch, loss }) => ({ epoch, value: loss })),
      color: evaluationColor,
      isEvaluation: true,
    },
  ].filter(({ points }) => points.length > 0);
}

function accuracyCurve(
  { evaluations }: TrainingHistory,
  index: number,
  colors: readonly string[],
  count: number,
): Curve[] {
  const points = evaluations.map(({ epoch, accuracy }) => ({ epoch, value: accuracy }));
  return points.length === 0 ? [] : [{ points, color: colorOf(colors, count === 1 ? 1 : index), isEvaluation: true }];
}

/** Losses of steps; of many, means of neighbours. */
function averaged(steps: TrainingHistory['steps']): Point[] {
  const size = Math.max(1, Math.ceil(steps.length / MOST_POINTS));
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, group) => {
    const members = steps.slice(group * size, (group + 1) * size);
    const mean = (key: 'epoch' | 'loss'): number => members.reduce((sum, step) => sum + step[key], 0) / members.length;
    return { epoch: mean('epoch'), value: mean('loss') };
  });
}

function legendOf(
  histories: readonly TrainingHistory[],
  names: readonly string[],
  colors: readonly string[],
  words: Words,
): LegendEntry[] {
  const isOne = histories.length === 1;
  const training = histories.some(({ steps }) => steps.length > 0);
  const evaluation = histories.some(({ evaluations }) => evaluations.length > 0);
  return [
    ...(isOne ? [] : names.map((name, i): LegendEntry => ({ name, color: colorOf(colors, i), mark: 'square' }))),
    ...(training ? [{ name: words.trainLoss, color: isOne ? colors[0]! : 'currentColor', mark: 'thin' as const }] : []),
    ...(evaluation
      ? [{ name: words.evalLoss, color: isOne ? colors[1]! : 'currentColor', mark: 'line and dot' as const }]
      : []),
  ];
}

function drawChart(
  { Plot, draw }: Pen,
  {
    curves,
    label,
    most,
    width,
    height,
    words,
    language,
  }: {
    curves: readonly Curve[];
    label: string;
    most?: number;
    width: number;
    height: number;
    words: Words;
    language: 'en' | 'es';
  },
  at: { x: number; y: number },
): string {
  const values = curves.flatMap(({ points }) => points).filter(({ value }) => Number.isFinite(value));
  const highest = most ?? Math.max(...values.map(({ value }) => value), 0);
  const epochs = values.map(({ epoch }) => epoch);
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const tickFormat = (value: number): string => formatNumber(value, language);
  return draw(
    {
      width,
      height,
      marginLeft: 60,
      marginRight: 20,
      marginTop: 10,
      marginBottom: 46,
      x: { domain: [Math.min(0, ...epochs), Math.max(...epochs, 0) || 1], type: 'linear' },
      y: { domain: [0, highest || 1], type: 'linear' },
      marks: [
        Plot.gridY({ tickSpacing: 40, strokeOpacity: 0.12 }),
        Plot.axisX({ ...axis, label: words.epoch, labelOffset: 40, tickSpacing: 60, tickFormat }),
        Plot.axisY({ ...axis, label, labelOffset: 48, tickSpacing: 40, tickFormat, tickSize: 0 }),
        Plot.ruleY([0], { strokeOpacity: 0.4 }),
        ...curves.flatMap(({ points, color, isEvaluation }) => [
          Plot.line(points, {
            x: 'epoch',
            y: 'value',
            stroke: color,
            strokeWidth: isEvaluation ? 2 : 1.25,
            ...(!isEvaluation && { strokeOpacity: 0.75 }),
          }),
          ...(isEvaluation ? [Plot.dot(points, { x: 'epoch', y: 'value', fill: color, r: 3 })] : []),
        ]),
      ],
    },
    at,
  );
}
