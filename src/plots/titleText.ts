import { escapeXml, fitted } from './text.js';

const TITLE_SIZE = 15;

/** Room above a chart: for a title, or for half a tick's label. */
export const topMargin = (title: string | undefined): number => (title === undefined ? 14 : 38);

/** The title of a picture as an SVG element, cut where it is wider than the picture. */
export const titleText = (title: string | undefined, width: number): string =>
  title === undefined
    ? ''
    : `<text x="${width / 2}" y="22" font-size="${TITLE_SIZE}" font-weight="700">` +
      `${escapeXml(fitted(title, width - 24, TITLE_SIZE * 1.1))}</text>`;
