import type * as ObservablePlot from '@observablehq/plot';
import { contentOf, openDocument } from '#surface';

/** What pictures are drawn with: Observable Plot, in a document that nobody sees. */
export interface Pen {
  readonly Plot: typeof ObservablePlot;
  /** One chart as SVG elements, its corner at (x, y). */
  draw(options: ObservablePlot.PlotOptions, at?: { readonly x: number; readonly y: number }): string;
}

/** Loads the charting library when a picture is drawn for the first time. */
export async function openPen(): Promise<Pen> {
  const [Plot, document] = await Promise.all([import('@observablehq/plot'), openDocument()]);
  return {
    Plot,
    draw(options, { x, y } = { x: 0, y: 0 }) {
      const element = Plot.plot({ ...options, document });
      // Of the page's concern: its rules would reach other charts of the page.
      for (const style of Array.from(element.querySelectorAll('style'))) style.remove();
      const content = rounded(contentOf(element));
      return x === 0 && y === 0 ? content : `<g transform="translate(${x},${y})">${content}</g>`;
    },
  };
}

/** Coordinates to a hundredth of a pixel: the rest is only length. */
const rounded = (svg: string): string => svg.replace(/<[^>]*>/g, (tag) => tag.replace(/(\d\.\d\d)\d+/g, '$1'));
