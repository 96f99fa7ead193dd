import type { Waveform } from '../audio/index.js';
import { checkNumbers, completeOptions } from './checks.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { svgPicture } from './svgPicture.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { formatNumber, languages } from './words.js';

/**
 * A waveform over time: for every column of pixels the range from the least to the greatest of its samples, so that no peak is lost.
 *
 * @throws {RangeError} for a sound without samples, samples that are not finite, and options out of range
 * @example
 * ```ts
 * const picture = await plotWaveform(await readAudio('dog.wav'), { title: 'A dog' });
 * await picture.save('dog-waveform.svg');
 * ```
 */
export async function plotWaveform({ samples, sampleRate }: Waveform, options: PictureOptions = {}): Promise<Picture> {
  if (!(samples?.length > 0)) throw new RangeError(`samples must hold at least one sample, got ${samples?.length}`);
  if (!(sampleRate > 0 && Number.isFinite(sampleRate)))
    throw new RangeError(`sampleRate must be a number of Hz above 0, got ${String(sampleRate)}`);
  checkNumbers(samples, 'samples');
  const { width, height, theme, language, title } = completeOptions(options, { width: 720, height: 200 });
  const words = languages[language];
  const { Plot, draw } = await openPen();
  const margins = { marginLeft: 64, marginRight: 20, marginTop: topMargin(title), marginBottom: 46 };
  const columns = envelope(samples, Math.max(1, Math.round(width - margins.marginLeft - margins.marginRight)));
  const peak = columns.reduce((most, { low, high }) => Math.max(most, -low, high), 0);
  const seconds = samples.length / sampleRate;
  const label = { labelAnchor: 'center', labelArrow: 'none' } as const;
  const tickFormat = (value: number): string => formatNumber(value, language);
  const color = categorical(theme)[0];
  const content = draw({
    width,
    height,
    ...margins,
    x: { domain: [0, seconds], type: 'linear' },
    y: { domain: peak > 0 ? [-peak, peak] : [-1, 1], type: 'linear' },
    marks: [
      Plot.areaY(columns, {
        x: ({ place }) => place * seconds,
        y1: 'low',
        y2: 'high',
        fill: color,
        stroke: color,
        strokeWidth: 1,
      }),
      Plot.ruleY([0], { strokeOpacity: 0.4 }),
      Plot.axisX({ ...label, label: words.time, labelOffset: 40, tickSpacing: 70, tickFormat }),
      Plot.axisY({ ...label, label: words.amplitude, labelOffset: 54, tickSpacing: 34, tickFormat }),
    ],
  });
  const description = `${words.time}: 0 – ${tickFormat(seconds)}. ${words.amplitude}: ±${formatNumber(peak, language, 3)}.`;
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.waveform,
    description,
    content: titleText(title, width) + content,
  });
}

interface Column {
  /** Middle of the column, a share of the sound. */
  readonly place: number;
  readonly low: number;
  readonly high: number;
}

/** Least and greatest sample of each of `count` columns; of a sound with fewer samples than columns, the samples. */
function envelope(samples: Float32Array, count: number): Column[] {
  const columns = Math.min(count, samples.length);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * samples.length) / columns);
    const to = Math.floor(((column + 1) * samples.length) / columns);
    let [low, high] = [samples[from]!, samples[from]!];
    for (let i = from + 1; i < to; i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    return { place: (column + 0.5) / columns, low, high };
  });
}
