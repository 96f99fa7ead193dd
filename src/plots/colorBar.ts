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
  const widest = Math.max(
    ...[levels.low, levels.high].map((level) => textWidth(tickFormat(Math.round(level)), FONT_SIZE)),
  );
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
        Plot.axisY({
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
