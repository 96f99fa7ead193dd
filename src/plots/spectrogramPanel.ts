import { type Color, indexOf } from './colorMap.js';
import type { Levels } from './levels.js';
import { formatHertz, frequencyTicks, type SpectrogramAxes } from './melAxis.js';
import type { Pen } from './pen.js';
import { type Box, rasterImage } from './rasterImage.js';
import { FONT_SIZE } from './svgPicture.js';
import { escapeXml, textWidth } from './text.js';
import { formatNumber, languages } from './words.js';

/** What a spectrogram is drawn from. */
export interface SpectrogramPanel {
  readonly levels: Levels;
  readonly axes: SpectrogramAxes;
  readonly palette: readonly Color[];
  /** Where its pixels are; ticks and labels are around it. */
  readonly box: Box;
  readonly language: 'en' | 'es';
}

/** The pixels of a spectrogram with its two axes. */
export async function drawSpectrogram(pen: Pen, panel: SpectrogramPanel): Promise<string> {
  const { levels, palette, box } = panel;
  const { x, width } = frameBox(panel, 0, levels.frames - levels.padding);
  const columns = Math.min(levels.frames - levels.padding, Math.max(1, Math.round(width)));
  const indices = pixelsOf(levels, columns, palette.length);
  const image = await rasterImage({ width: columns, height: levels.bins, indices, palette }, { ...box, x, width });
  // The first frame's window reaches further back than its column.
  const first = Uint8Array.from({ length: levels.bins }, (_, bin) => indices[bin * columns]!);
  const start = { ...box, width: x - box.x + 1 }; // no seam between the two
  const edge = x > box.x ? await rasterImage({ width: 1, height: levels.bins, indices: first, palette }, start) : '';
  return edge + image + paddingMark(panel) + drawAxes(pen, panel);
}

/** Seconds at the left and the right end of the axis. */
const timeDomain = ({ seconds: [start, end] }: SpectrogramAxes): [number, number] => [Math.min(0, start), end];

/** Where frames from one to before another are, in CSS pixels. */
export function frameBox(
  { axes, levels, box }: Omit<SpectrogramPanel, 'palette' | 'language'>,
  from: number,
  to: number,
): Box {
  const [start, end] = axes.seconds;
  const [left, right] = timeDomain(axes);
  const at = (frame: number): number =>
    box.x + (box.width * (start + ((end - start) * frame) / levels.frames - left)) / (right - left);
  return { ...box, x: at(from), width: at(to) - at(from) };
}

function drawAxes({ Plot, draw }: Pen, { axes, box, language }: SpectrogramPanel): string {
  const { time, frequency } = languages[language];
  const frequencies = frequencyTicks(axes, box.height);
  return draw({
    width: box.x + box.width + 20,
    height: box.y + box.height + 46,
    marginLeft: box.x,
    marginTop: box.y,
    marginRight: 20,
    marginBottom: 46,
    x: { domain: timeDomain(axes), type: 'linear' },
    y: { domain: [...axes.mels], type: 'linear' },
    marks: [
      Plot.axisX({
        label: time,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 40,
        tickSpacing: 70,
        tickFormat: (value: number) => formatNumber(value, language),
      }),
      Plot.axisY(frequencies.map(axes.toMel), {
        label: frequency,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 48,
        tickFormat: (_: number, i: number) => formatHertz(frequencies[i]!),
      }),
    ],
  });
}

/** Where there is no sound, no colour either. */
function paddingMark(panel: SpectrogramPanel): string {
  const { levels, language } = panel;
  if (levels.padding === 0) return '';
  const { x, y, width, height } = frameBox(panel, levels.frames - levels.padding, levels.frames);
  const { padding } = languages[language];
  const text =
    textWidth(padding, FONT_SIZE) + 8 < width
      ? `<text x="${x + width / 2}" y="${y + height / 2}" dy="0.32em" fill-opacity="0.75">${escapeXml(padding)}</text>`
      : '';
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill-opacity="0.1"/>${text}`;
}

/** Colours of a spectrogram, the highest frequency first; frames that share a column are averaged as power. */
function pixelsOf({ data, frames, bins, padding, low, high }: Levels, columns: number, colors: number): Uint8Array {
  const sound = frames - padding;
  const indices = new Uint8Array(columns * bins);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * sound) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * sound) / columns));
    for (let bin = 0; bin < bins; bin++) {
      let power = 0;
      for (let frame = from; frame < to; frame++) power += 10 ** (data[frame * bins + bin]! / 10);
      const level = 10 * Math.log10(power / (to - from));
      indices[(bins - 1 - bin) * columns + column] = indexOf((level - low) / (high - low), colors);
    }
  }
  return indices;
}
