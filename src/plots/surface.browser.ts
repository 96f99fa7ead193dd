/** In a page: its own document, and its canvas. */
import type { RenderedSvg } from './renderedSvg.js';

/** The document of the page; nothing is added to it. */
export async function openDocument(): Promise<Document> {
  if (typeof document === 'undefined')
    throw new Error('Pictures are drawn with a document, and a worker has none: draw in the page itself.');
  return document;
}

/** The elements within an element, as XML. */
export function contentOf(element: Element): string {
  const serializer = new XMLSerializer();
  return Array.from(element.childNodes, (node) => serializer.serializeToString(node)).join('');
}

/** The bytes of a PNG file. */
export async function toPng({ svg, width, height, scale }: RenderedSvg): Promise<Uint8Array<ArrayBuffer>> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob)
    throw new Error(
      `The browser cannot make a picture of ${canvas.width} x ${canvas.height} pixels; ask for a smaller scale.`,
    );
  return new Uint8Array(await blob.arrayBuffer());
}
