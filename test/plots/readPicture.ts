import { convertIndexedToRgb, decode } from 'fast-png';
import type { Picture } from '../../src/plots/index.js';

/** Pixels of a picture, one for each CSS pixel. */
export async function pixelsOf(picture: Picture) {
  const image = decode(await picture.png({ scale: 1 }));
  return {
    width: image.width,
    height: image.height,
    at(x: number, y: number): [number, number, number] {
      const start = (Math.floor(y) * image.width + Math.floor(x)) * image.channels;
      return [image.data[start]!, image.data[start + 1]!, image.data[start + 2]!];
    },
  };
}

/** Sum of the three colours: how bright a pixel is. */
export const brightness = (color: readonly number[]): number => color.reduce((sum, part) => sum + part, 0);

/** Where texts stand: those of axes are moved by `translate`. */
export function textsOf(svg: string): { text: string; x: number; y: number }[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, text]) => {
    const [x, y] = (/translate\(([-\d.]+),([-\d.]+)\)/.exec(attributes!)?.slice(1) ?? ['0', '0']).map(Number);
    return { text: text!, x: x!, y: y! };
  });
}

/** Where the tick of a text is on the axis. */
export function tickOf(svg: string, text: string): { x: number; y: number } {
  const found = textsOf(svg).find((each) => each.text === text);
  if (!found) throw new Error(`The picture has no tick '${text}': ${textsOf(svg).map((each) => each.text)}`);
  return found;
}

/** The boxes and pixels of the images in a picture, in the order in which they are drawn. */
export const imagesOf = (svg: string) =>
  [...svg.matchAll(/<image x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*base64,([^"]+)"/g)].map(
    ([, x, y, width, height, data]) => {
      const png = decode(Buffer.from(data!, 'base64'));
      return {
        x: Number(x),
        y: Number(y),
        width: Number(width),
        height: Number(height),
        png,
        rgb: convertIndexedToRgb(png),
      };
    },
  );

/** What no picture may hold. */
export const faults = /NaN|Infinity|undefined|⚠|\sid=/;
