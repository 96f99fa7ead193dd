import type { Color } from './colorMap.js';

/** Pixels that are drawn as one picture rather than as thousands of elements. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Place of each pixel's colour in the palette, row-major from the top, [height, width]. */
  readonly indices: Uint8Array;
  /** Up to 256 colours. */
  readonly palette: readonly (Color | [...Color, number])[];
}

/** A rectangle in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An `<image>` element that holds a raster as PNG; its pixels stay sharp when it is drawn larger. */
export async function rasterImage({ width, height, indices, palette }: Raster, box: Box): Promise<string> {
  const { encode } = await import('fast-png');
  const png = encode(
    { width, height, depth: 8, channels: 1, data: indices, palette: palette.map((color) => [...color]) as Color[] },
    { zlib: { level: 9 } },
  );
  return (
    `<image x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" preserveAspectRatio="none" ` +
    `image-rendering="pixelated" href="data:image/png;base64,${base64(png)}"/>`
  );
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
