import type { MelSpectrogram } from '../audio/index.js';
import type { AttentionMap } from '../results/index.js';
import { checkNumbers, checkSpectrogram, completeOptions } from './checks.js';
import { colorBar } from './colorBar.js';
import { type Color, colorTable, indexOf } from './colorMap.js';
import { decibelsOf } from './levels.js';
import { spectrogramAxes } from './melAxis.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { rasterImage } from './rasterImage.js';
import { completeConfig, type SpectrogramOptions } from './spectrogram.js';
import { drawSpectrogram, frameBox } from './spectrogramPanel.js';
import { svgPicture } from './svgPicture.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages } from './words.js';

/** Where a model's patches lie; the names are those of its config. */
export interface PatchLayout {
  /** Rows and columns of a patch. */
  readonly patchSize: number;
  /** Bins from one row of patches to the next. */
  readonly frequencyStride: number;
  /** Frames from one column of patches to the next. */
  readonly timeStride: number;
}

/** Options of {@link plotAttention}. */
export interface AttentionOptions
  extends PictureOptions,
    Pick<SpectrogramOptions, 'extractorConfig' | 'normalized' | 'dynamicRange'> {
  /** The model's config: where its patches lie. Default: AST's, 16 x 16 every 10. */
  readonly modelConfig?: PatchLayout;
}

/**
 * Where a model looked: the weights of an attention map in colour over the spectrogram in grey. A weight of 1 is what every patch would
 * have if all had the same; the least is left without colour.
 *
 * Patches overlap; each colours the part of the spectrogram that is nearest to its centre.
 *
 * @param spectrogram the input of the model, [frames, bins]
 * @param attention weights of its patches, [frequencies, times]
 * @throws {RangeError} for a spectrogram or weights of another size than they say, patches that do not fit the spectrogram, weights
 * that are negative or not finite, and options out of range
 * @example
 * ```ts
 * const picture = await plotAttention(spectrogram, attention, { normalized: true, modelConfig: model.config });
 * await picture.save('attention.svg');
 * ```
 */
export async function plotAttention(
  spectrogram: MelSpectrogram,
  attention: AttentionMap,
  options: AttentionOptions = {},
): Promise<Picture> {
  checkSpectrogram(spectrogram);
  const { modelConfig = { patchSize: 16, frequencyStride: 10, timeStride: 10 } } = options;
  checkAttention(spectrogram, attention, modelConfig);
  const { width, height, theme, language, title } = completeOptions(options, { width: 720, height: 320 });
  const config = completeConfig(options.extractorConfig);
  const levels = decibelsOf(spectrogram, config, options);
  const pen = await openPen();
  const words = languages[language];
  const axes = spectrogramAxes(config, spectrogram);
  const top = topMargin(title);
  const box = { x: 58, y: top, width: width - 58 - 96, height: height - top - 46 };
  const grey = Array.from({ length: 256 }, (_, i): Color => [i * 0.9, i * 0.9, i * 0.9]);
  const heat = heatPalette(colorTable(pen, 'inferno', { from: 0.45, to: 0.95, size: 128 }));
  const range = rangeOf(attention.weights);
  const share = (weight: number): number => (weight / range.mean - range.low) / (range.high - range.low || 1);
  const content =
    titleText(title, width) +
    (await drawSpectrogram(pen, { levels, axes, palette: grey, box, language })) +
    (await drawWeights()) +
    (await colorBar(pen, {
      levels: range.low < range.high ? range : { low: range.low - 0.5, high: range.high + 0.5 },
      palette: heat.map(
        ([r, g, b, alpha]): Color => [r, g, b].map((part) => 40 + ((part - 40) * alpha) / 255) as Color,
      ),
      box: { x: box.x + box.width + 16, y: box.y, width: 14, height: box.height },
      label: words.attentionWeight,
      tickFormat: (value) => formatNumber(value, language, 3),
      right: width,
    }));
  const name = words[attention.method];
  const description = `${name}: ${attention.frequencies} × ${attention.times}. ${words.attentionWeight}: ${formatNumber(range.low, language, 3)} – ${formatNumber(range.high, language, 3)}.`;
  return svgPicture({ width, height, theme, title: title ?? name, description, content });

  /** One pixel for each patch would be too coarse at the edges: cells are drawn where they end, in frames and bins. */
  function drawWeights(): Promise<string> {
    const { frames, bins } = spectrogram;
    const columns = cellOfEach(frames, attention.times, modelConfig.timeStride, modelConfig.patchSize);
    const rows = cellOfEach(bins, attention.frequencies, modelConfig.frequencyStride, modelConfig.patchSize);
    const indices = new Uint8Array(frames * bins);
    for (const [bin, row] of rows.entries())
      for (const [frame, column] of columns.entries()) {
        if (row === undefined || column === undefined) continue;
        const weight = attention.weights[row * attention.times + column]!;
        indices[(bins - 1 - bin) * frames + frame] = indexOf(share(weight), heat.length);
      }
    const place = frameBox({ levels, axes, box }, 0, frames);
    return rasterImage({ width: frames, height: bins, indices, palette: heat }, place);
  }
}

/** The least and the largest weight, as multiples of their mean. */
function rangeOf(weights: readonly number[]): { low: number; high: number; mean: number } {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length || 1;
  return { low: Math.min(...weights) / mean, high: Math.max(...weights) / mean, mean };
}

/** The more weight, the brighter and the less transparent. */
const heatPalette = (colors: readonly Color[]): [number, number, number, number][] =>
  colors.map((color, i) => [...color, Math.round(225 * (i / (colors.length - 1)) ** 0.75)]);

/** The patch whose centre is nearest to each of `length` frames or bins; none behind the last patch. */
function cellOfEach(length: number, patches: number, stride: number, patchSize: number): (number | undefined)[] {
  return Array.from({ length }, (_, at) => {
    if (at >= (patches - 1) * stride + patchSize) return undefined;
    return Math.max(0, Math.min(patches - 1, Math.round((at + 0.5 - patchSize / 2) / stride)));
  });
}

function checkAttention(
  { frames, bins }: MelSpectrogram,
  { method, frequencies, times, weights }: AttentionMap,
  { patchSize, frequencyStride, timeStride }: PatchLayout,
): void {
  if (!['rollout', 'last-block', 'relevance'].includes(method))
    throw new RangeError(`method must be 'rollout', 'last-block' or 'relevance', got '${String(method)}'`);
  for (const [name, value] of Object.entries({ patchSize, frequencyStride, timeStride }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} of modelConfig must be an integer, 1 or more, got ${String(value)}`);
  if (!(weights?.length > 0) || weights.length !== frequencies * times)
    throw new RangeError(
      `weights must hold frequencies x times = ${frequencies} x ${times} values, got ${String(weights?.length)}`,
    );
  checkNumbers(weights, 'weights', { least: 0 });
  const count = (length: number, stride: number): number => Math.floor((length - patchSize) / stride) + 1;
  const expected = [count(bins, frequencyStride), count(frames, timeStride)];
  if (expected[0] !== frequencies || expected[1] !== times)
    throw new RangeError(
      `A spectrogram of ${frames} frames and ${bins} bins has ${expected.join(' x ')} patches of ${patchSize} x ${patchSize} ` +
        `every ${frequencyStride} bins and ${timeStride} frames, got weights of ${frequencies} x ${times}; ` +
        'give the spectrogram that the model saw, and its config as modelConfig',
    );
}
