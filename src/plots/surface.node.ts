/** Where there is no page: a document in memory to draw in, and PNG by resvg with a font that the library brings. */
import { platform } from '#platform';
import type { RenderedSvg } from './renderedSvg.js';
import { unwrapWoff } from './woff.js';

const FONTS = ['400', '700'].map((weight) => `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff`);
const FAMILY = 'DejaVu Sans';

/** An empty document. */
export async function openDocument(): Promise<Document> {
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

/** The elements within an element, as XML. */
export const contentOf = (element: Element): string => Array.from(element.childNodes, String).join('');

const readPackageFile = async (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  platform.files!.readFile(platform.files!.resolvePackageFile(name));

/** Made ready once: WebAssembly and fonts. */
let renderer: Promise<(rendered: RenderedSvg) => Uint8Array<ArrayBuffer>> | undefined;

async function openRenderer(): Promise<(rendered: RenderedSvg) => Uint8Array<ArrayBuffer>> {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(await readPackageFile('@resvg/resvg-wasm/index_bg.wasm'));
  const fontBuffers = await Promise.all(FONTS.map(async (name) => unwrapWoff(await readPackageFile(name))));
  const font = { fontBuffers, defaultFontFamily: FAMILY, sansSerifFamily: FAMILY };
  return ({ svg, scale }) => {
    // resvg knows the older word of the two.
    const sharp = svg.replaceAll('image-rendering="pixelated"', 'image-rendering="optimizeSpeed"');
    const resvg = new Resvg(sharp, { fitTo: { mode: 'zoom', value: scale }, font });
    const image = resvg.render();
    try {
      return new Uint8Array(image.asPng());
    } finally {
      image.free();
      resvg.free();
    }
  };
}

/** The bytes of a PNG file. */
export async function toPng(rendered: RenderedSvg): Promise<Uint8Array<ArrayBuffer>> {
  renderer ??= openRenderer();
  return (await renderer)(rendered);
}
