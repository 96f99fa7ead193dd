import {
  type ExtractorConfig,
  type LogMelConfig,
  type MelSpectrogram,
  MelSpectrogramExtractor,
} from '../audio/index.js';
import { checkSpectrogram, completeOptions } from './checks.js';
import { colorBar } from './colorBar.js';
import { type ColorMapName, colorMapNames, colorTable } from './colorMap.js';
import { decibelsOf, type Levels } from './levels.js';
import { spectrogramAxes } from './melAxis.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { drawSpectrogram } from './spectrogramPanel.js';
import { FONT_SIZE, svgPicture } from './svgPicture.js';
import { textWidth } from './text.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages } from './words.js';

/** Options of {@link plotSpectrogram}. */
export interface SpectrogramOptions extends PictureOptions {
  /**
   * Settings of the extractor that made the features: they say where in time and on the mel scale a value lies. Default: those of
   * `MelSpectrogramExtractor`.
   */
  readonly extractorConfig?: Partial<ExtractorConfig> | LogMelConfig;
  /** Whether the features are normalised, as `extract` gives them: the settings' mean and deviation are taken out again. Default `false`. */
  readonly normalized?: boolean;
  /** `'max'`: the loudest value is 0 dB. `'absolute'`: 0 dB is a power of 1. Default `'max'`. */
  readonly reference?: 'max' | 'absolute';
  /** How far below the loudest value the darkest colour is, in dB. Default 80. */
  readonly dynamicRange?: number;
  /** Default `'magma'`. */
  readonly colorMap?: ColorMapName;
}

/**
 * A log-mel spectrogram with seconds, Hz on the mel scale, and a colour bar in dB. Frames of padding at the end of a model's input are
 * marked as such.
 *
 * @param spectrogram features of a `MelSpectrogramExtractor` (natural logarithm of power) or a `LogMelExtractor` (dB), [frames, bins]
 * @throws {RangeError} for features of another size than they say, or not finite, and options out of range
 * @example
 * ```ts
 * const extractor = new MelSpectrogramExtractor();
 * const waveform = await readAudio('dog.wav', { sampleRate: 16000 });
 * const picture = await plotSpectrogram(extractor.fbank(waveform), { extractorConfig: extractor.config });
 * await picture.save('dog.svg');
 * ```
 */
export async function plotSpectrogram(spectrogram: MelSpectrogram, options: SpectrogramOptions = {}): Promise<Picture> {
  checkSpectrogram(spectrogram);
  const { width, height, theme, language, title } = completeOptions(options, { width: 720, height: 320 });
  const colorMap = completeColorMap(options.colorMap);
  const config = completeConfig(options.extractorConfig);
  const levels = decibelsOf(spectrogram, config, options);
  const pen = await openPen();
  const palette = colorTable(pen, colorMap);
  const words = languages[language];
  const axes = spectrogramAxes(config, spectrogram);
  const bar = barWidth(levels, language);
  const box = { x: 58, y: topMargin(title), width: width - 58 - bar, height: height - topMargin(title) - 46 };
  const content =
    titleText(title, width) +
    (await drawSpectrogram(pen, { levels, axes, palette, box, language })) +
    (await colorBar(pen, {
      levels,
      palette,
      box: { x: box.x + box.width + 16, y: box.y, width: 14, height: box.height },
      label: levels.reference === 'max' ? words.levelOfLoudest : words.level,
      tickFormat: (value) => formatNumber(value, language),
      right: width,
    }));
  const [start, end] = axes.seconds;
  const description =
    `${words.time}: 0 – ${formatNumber(end - Math.min(0, start), language, 3)}. ${words.frequency}. ` +
    `${words.level}: ${formatNumber(levels.low, language, 3)} – ${formatNumber(levels.high, language, 3)}.`;
  return svgPicture({ width, height, theme, title: title ?? words.spectrogram, description, content });
}

/** Room for the colour bar, its ticks and its label. */
const barWidth = (levels: Levels, language: 'en' | 'es'): number =>
  16 + 14 + 12 + textWidth(formatNumber(Math.round(levels.low), language, 3), FONT_SIZE) + 28;

export function completeColorMap(name: ColorMapName = 'magma'): ColorMapName {
  if (!colorMapNames.includes(name))
    throw new RangeError(`colorMap must be one of ${colorMapNames.join(', ')}, got '${String(name)}'`);
  return name;
}

/** Settings with defaults filled in, checked as an extractor checks them. */
export function completeConfig(config: Partial<ExtractorConfig> | LogMelConfig = {}): ExtractorConfig | LogMelConfig {
  return 'hopLength' in config ? config : new MelSpectrogramExtractor(config).config;
}
