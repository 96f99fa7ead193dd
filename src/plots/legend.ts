import { FONT_SIZE } from './svgPicture.js';
import { escapeXml, fitted, textWidth } from './text.js';

/** A mark and what it stands for. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  /** How it is drawn in the chart. Default `'line'`. */
  readonly mark?: 'line' | 'thin' | 'dashes' | 'line and dot' | 'dot' | 'square';
  /** The shape of a dot: a path around (0, 0), drawn as a line. Default a filled circle. */
  readonly path?: string;
}

export const LEGEND_LINE = 20;
const MARK = 20;
const GAP = 18;
const LONGEST_NAME = 180;

/** Entries side by side, in as many lines as they need; `height` is what they take. */
export function legend(
  entries: readonly LegendEntry[],
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): { readonly content: string; readonly height: number } {
  let [left, line] = [0, 0];
  const content = entries.map((entry) => {
    const needed = MARK + 6 + Math.min(LONGEST_NAME, textWidth(entry.name, FONT_SIZE));
    if (left > 0 && left + needed > width) [left, line] = [0, line + 1];
    left += needed + GAP;
    return entryAt(entry, x + left - needed - GAP, y + line * LEGEND_LINE);
  });
  return { content: content.join(''), height: entries.length === 0 ? 0 : (line + 1) * LEGEND_LINE };
}

/** An entry whose upper left corner is at (x, y); a name that is cut is told in full to a mouse that rests on it. */
function entryAt(entry: LegendEntry, x: number, y: number): string {
  const name = fitted(entry.name, LONGEST_NAME, FONT_SIZE);
  const whole = name === entry.name ? '' : `<title>${escapeXml(entry.name)}</title>`;
  return (
    `<g transform="translate(${round(x)},${round(y + LEGEND_LINE / 2)})">${whole}${markOf(entry)}` +
    `<text x="${MARK + 6}" dy="0.32em" text-anchor="start">${escapeXml(name)}</text></g>`
  );
}

const round = (value: number): number => Math.round(value * 100) / 100;

function markOf({ color, mark = 'line', path }: LegendEntry): string {
  const middle = MARK / 2;
  if (mark === 'square') return `<rect x="${middle - 6}" y="-6" width="12" height="12" fill="${color}"/>`;
  if (mark === 'dot')
    return path === undefined
      ? `<circle cx="${middle}" r="4.5" fill="${color}"/>`
      : `<path d="${path}" transform="translate(${middle},0)" fill="none" stroke="${color}" stroke-width="2"/>`;
  const dashes = mark === 'dashes' ? ' stroke-dasharray="5 3"' : '';
  const dot = mark === 'line and dot' ? `<circle cx="${middle}" r="3" fill="${color}"/>` : '';
  return `<path d="M0,0H${MARK}" stroke="${color}" stroke-width="${mark === 'thin' ? 1 : 2}"${dashes}/>${dot}`;
}

/** Names below each other, in as many columns as `height` needs. */
export function legendColumns(names: readonly string[], height: number) {
  const lines = Math.max(1, Math.floor(height / LEGEND_LINE));
  const columns = Math.ceil(names.length / lines);
  const widest = Math.min(LONGEST_NAME, Math.max(...names.map((name) => textWidth(name, FONT_SIZE))));
  const column = MARK + 6 + widest + GAP;
  return {
    width: columns * column,
    draw: (entries: readonly LegendEntry[], { x, y }: { readonly x: number; readonly y: number }): string =>
      entries
        .map((entry, i) => entryAt(entry, x + Math.floor(i / lines) * column, y + (i % lines) * LEGEND_LINE))
        .join(''),
  };
}
