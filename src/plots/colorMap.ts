import type { Pen } from './pen.js';

/** Red, green and blue, 0 to 255. */
export type Color = [number, number, number];

/** Colour maps whose steps look equal, also to colour-blind readers (van der Walt and Smith 2015; Nuñez and others 2018). */
export type ColorMapName = 'magma' | 'viridis' | 'cividis' | 'inferno';

export const colorMapNames: readonly ColorMapName[] = ['magma', 'viridis', 'cividis', 'inferno'];

/** Colours from one place of a colour map, 0 to 1, to another; backwards too. */
export function colorTable(
  { Plot }: Pen,
  name: ColorMapName,
  { from = 0, to = 1, size = 256 }: { from?: number; to?: number; size?: number } = {},
): Color[] {
  const { apply } = Plot.scale({ color: { type: 'linear', domain: [0, 1], scheme: name } });
  return Array.from({ length: size }, (_, i) => parseColor(apply(from + ((to - from) * i) / Math.max(1, size - 1))));
}

function parseColor(text: string): Color {
  const hex = /^#(..)(..)(..)$/.exec(text);
  const parts = hex ? hex.slice(1).map((digits) => Number.parseInt(digits, 16)) : text.match(/[\d.]+/g)!.map(Number);
  return [parts[0]!, parts[1]!, parts[2]!];
}

/** Place of a share, 0 to 1, in a table of `size` entries. */
export const indexOf = (share: number, size = 256): number =>
  Math.max(0, Math.min(size - 1, Math.round(share * (size - 1))));

/** `#rrggbb` */
export const toHex = (color: Color): string =>
  `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** Relative luminance, as WCAG 2 defines it. */
function luminance(color: Color): number {
  const [r, g, b] = color.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Black or white, whichever stands out more from a colour: a contrast of 4.5:1 or more on any. */
export const textOn = (color: Color): string => ((luminance(color) + 0.05) ** 2 > 1.05 * 0.05 ? '#000000' : '#ffffff');
