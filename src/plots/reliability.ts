import { checkNumbers, completeOptions } from './checks.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { svgPicture } from './svgPicture.js';
import { escapeXml } from './text.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages } from './words.js';

/** Clips whose confidence lies in one range. */
export interface ReliabilityRange {
  /** Ends of the range, in [0, 1]. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Their mean confidence; not read where there are none. */
  readonly confidence: number;
  /** The share of them that is right; not read where there are none. */
  readonly accuracy: number;
}

/**
 * A reliability diagram (Guo et al. 2017): how often a model is right against how sure it is. Bars that end below the diagonal are
 * over-confident, above it under-confident. Below, how many clips there are of each confidence.
 *
 * @param diagram ranges of confidence with what is known of their clips, and the expected calibration error, as `reliabilityDiagram` gives
 * @throws {RangeError} for no ranges, no clips, values outside [0, 1], and options out of range
 * @example
 * ```ts
 * await (await plotReliability(reliabilityDiagram(labels, scores))).save('reliability.svg');
 * ```
 */
export async function plotReliability(
  diagram: { readonly bins: readonly ReliabilityRange[]; readonly expectedCalibrationError: number },
  options: PictureOptions = {},
): Promise<Picture> {
  const { expectedCalibrationError } = diagram;
  const filled = checkDiagram(diagram);
  const { width, height, theme, language, title } = completeOptions(options, { width: 440, height: 460 });
  const words = languages[language];
  const colors = categorical(theme);
  const top = topMargin(title) + 24;
  const below = Math.max(70, height * 0.2);
  const { Plot, draw } = await openPen();
  const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const tickFormat = (value: number): string => formatNumber(value, language);
  const common = { width, marginLeft: 64, marginRight: 20, x: { domain: [0, 1], type: 'linear' } } as const;
  const textOf = ({ low, high, count, confidence, accuracy }: ReliabilityRange): string =>
    `${words.confidence}: ${tickFormat(low)} – ${tickFormat(high)} (${formatNumber(confidence, language, 3)})\n` +
    `${words.accuracy}: ${formatNumber(accuracy, language, 3)}\n${words.clips}: ${count}`;
  const main = draw({
    ...common,
    height: height - below,
    marginTop: top,
    marginBottom: 12,
    y: { domain: [0, 1], type: 'linear' },
    marks: [
      Plot.gridY({ strokeOpacity: 0.12, tickSpacing: 50 }),
      Plot.rectY(filled, {
        x1: 'low',
        x2: 'high',
        y: 'accuracy',
        fill: colors[0],
        fillOpacity: 0.55,
        title: textOf,
        insetLeft: 1,
        insetRight: 1,
      }),
      // From where the bar ends to where it should.
      Plot.ruleX(filled, { x: 'confidence', y1: 'accuracy', y2: 'confidence', stroke: colors[1], strokeWidth: 2.5 }),
      Plot.dot(filled, { x: 'confidence', y: 'accuracy', fill: colors[1], r: 3.5 }),
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { strokeDasharray: '5 4', strokeOpacity: 0.7 },
      ),
      Plot.axisX({ label: null, tickFormat: () => '', tickSize: 4 }),
      Plot.axisY({ ...axis, label: words.accuracy, labelOffset: 52, tickSpacing: 50, tickFormat }),
      Plot.ruleY([0], { strokeOpacity: 0.5 }),
    ],
  });
  const counts = draw(
    {
      ...common,
      height: below,
      marginTop: 4,
      marginBottom: 46,
      y: { domain: [0, Math.max(...filled.map(({ count }) => count))], type: 'linear' },
      marks: [
        Plot.rectY(filled, {
          x1: 'low',
          x2: 'high',
          y: 'count',
          fill: 'currentColor',
          fillOpacity: 0.45,
          title: textOf,
          insetLeft: 1,
          insetRight: 1,
        }),
        Plot.ruleY([0], { strokeOpacity: 0.5 }),
        Plot.axisX({ ...axis, label: words.confidence, labelOffset: 40, tickSpacing: 60, tickFormat }),
        Plot.axisY({ ...axis, label: words.clips, labelOffset: 52, ticks: 2, tickFormat }),
      ],
    },
    { x: 0, y: height - below },
  );
  const error = `${words.calibrationError}: ${formatNumber(expectedCalibrationError, language, 3)}`;
  const heading = `<text x="64" y="${top - 16}" dy="0.32em" text-anchor="start">${escapeXml(error)}</text>`;
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.reliability,
    description: `${error}.`,
    content: titleText(title, width) + heading + main + counts,
  });
}

/** The ranges that have clips. */
function checkDiagram({
  bins,
  expectedCalibrationError,
}: {
  bins: readonly ReliabilityRange[];
  expectedCalibrationError: number;
}): ReliabilityRange[] {
  if (!(bins?.length > 0)) throw new RangeError('the diagram has no bins; there is nothing to draw');
  const filled = bins.filter(({ count }) => count > 0);
  if (filled.length === 0) throw new RangeError(`the ${bins.length} bins have no clips; there is nothing to draw`);
  for (const [i, { low, high, confidence, accuracy }] of filled.entries())
    checkNumbers([low, high, confidence, accuracy], `low, high, confidence and accuracy of filled bin ${i}`, {
      least: 0,
      most: 1,
    });
  checkNumbers([expectedCalibrationError], 'expectedCalibrationError', { least: 0, most: 1 });
  return filled;
}
