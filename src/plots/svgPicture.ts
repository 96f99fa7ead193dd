import { platform } from '#platform';
import { toPng } from '#surface';
import type { Picture } from './picture.js';
import { escapeXml } from './text.js';
import { type Theme, themeColors } from './theme.js';

/** Text of a picture in CSS pixels; the least that is legible when a report is printed is 11. */
export const FONT_SIZE = 12;
const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

/** What is drawn, and what is said of it. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** Name of the picture for those who do not see it. */
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly description: string;
  /** SVG elements. */
  readonly content: string;
}

/** One `<svg>` element without ids, so that any number of them fit into one page. */
function svgText({ width, height, theme, title, description, content }: Drawing): string {
  const { text, background } = themeColors(theme);
  const color = text === undefined ? '' : ` color="${text}"`;
  const page = background === undefined ? '' : `<rect width="${width}" height="${height}" fill="${background}"/>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${escapeXml(title)}" font-family="${FAMILY}" font-size="${FONT_SIZE}" fill="currentColor" ` +
    `text-anchor="middle"${color}>` +
    `<title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>${page}${content}</svg>`
  );
}

/** A drawing as SVG, as PNG and as a file. */
export function svgPicture(drawing: Drawing): Picture {
  const { width, height, theme } = drawing;
  const svg = svgText(drawing);
  const png = async ({ scale = 2 }: { scale?: number } = {}): Promise<Uint8Array<ArrayBuffer>> => {
    if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError(`scale must be a number above 0, got ${scale}`);
    // A PNG has no page whose colours it could take.
    return toPng({ svg: theme === 'auto' ? svgText({ ...drawing, theme: 'light' }) : svg, width, height, scale });
  };
  return {
    width,
    height,
    svg,
    png,
    async save(path) {
      const { files } = platform;
      if (!files)
        throw new Error('save writes a file, and a browser has none: use the text in svg, or the bytes of png().');
      const extension = /\.(svg|png)$/i.exec(path)?.[1]?.toLowerCase();
      if (extension === undefined)
        throw new RangeError(`A picture is saved as '.svg' or '.png', got '${path}'; end the name in one of them.`);
      await files.writeFile(path, [extension === 'svg' ? svg : await png()]);
    },
  };
}
