import type { Color } from './colorMap.js';
import type { Pen } from './pen.js';
import { type Box, rasterImage } from './rasterImage.js';
import { FONT_SIZE } from './svgPicture.js';
import { textWidth } from './text.js';

/** A colour bar with an axis on its right; the label stands beside it. */
export async function colorBar(
  { Plot, draw }: Pen,
  {
    levels,
    palette,
    box,
    label,
    right,
    tickFormat,
  }: {
    levels: { readonly low: number; readonly high: number };
    palette: readonly Color[];
    box: Box;
    label: string;
    tickFormat: (value: number) => string;
    /** Width of the picture. */
    right: number;
  },
): Promise<string> {
  const indices = Uint8Array.from(palette, (_, i) => palette.length - 1 - i);
  const ticks = roundNumbers(levels, Math.max(2, box.height / 40));
  const widest = Math.max(...ticks.map((tick) => textWidth(tickFormat(tick), FONT_SIZE)));
  const image = await rasterImage({ width: 1, height: palette.length, indices, palette }, box);
  return (
    image +
    draw({
      width: right,
      height: box.y + box.height + 14,
      marginLeft: box.x,
      marginTop: box.y,
      marginRight: right - box.x - box.width,
      marginBottom: 14,
      y: { domain: [levels.low, levels.high], type: 'linear' },
      marks: [
        Plot.axisY(ticks, {
          anchor: 'right',
          label,
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 28 + widest,
          tickFormat,
        }),
      ],
    })
  );
}

/** At most about `count` numbers within a range, steps of 1, 2 or 5 times a power of ten apart. */
function roundNumbers({ low, high }: { readonly low: number; readonly high: number }, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => power * factor >= rough)!;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}
