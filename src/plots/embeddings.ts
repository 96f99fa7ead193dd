import { checkNumbers, completeOptions } from './checks.js';
import { type LegendEntry, legendColumns } from './legend.js';
import { openPen } from './pen.js';
import type { Picture, PictureOptions } from './picture.js';
import { type ProjectionOptions, projectToPlane } from './project.js';
import { svgPicture } from './svgPicture.js';
import { writable } from './text.js';
import { categorical } from './theme.js';
import { titleText, topMargin } from './titleText.js';
import { languages } from './words.js';

/** Options of {@link plotEmbeddings}. */
export interface EmbeddingsOptions extends PictureOptions, ProjectionOptions {
  /** Names of the classes, for the legend. Default: their numbers. */
  readonly labelNames?: readonly string[];
  /** Names of the clips, shown where a mouse rests on a point. */
  readonly ids?: readonly string[];
}

/** Shapes that are told apart at a glance, with what a legend draws. */
const shapes = [
  { symbol: 'circle', path: undefined },
  { symbol: 'triangle', path: 'M0,-5.5L4.8,2.8L-4.8,2.8Z' },
  { symbol: 'square', path: 'M-4,-4H4V4H-4Z' },
  { symbol: 'times', path: 'M-4,-4L4,4M-4,4L4,-4' },
  { symbol: 'diamond', path: 'M0,-5.7L3.6,0L0,5.7L-3.6,0Z' },
  { symbol: 'plus', path: 'M-5.5,0H5.5M0,-5.5V5.5' },
  { symbol: 'wye', path: 'M0,0V-5.5M0,0L4.8,2.8M0,0L-4.8,2.8' },
  { symbol: 'asterisk', path: 'M0,-5.5V5.5M-4.8,-2.8L4.8,2.8M-4.8,2.8L4.8,-2.8' },
] as const;

/**
 * Clips as points in a plane, near each other where a model finds them alike; classes differ in colour and shape. Points of more than
 * two dimensions are projected by UMAP: neighbours are faithful, distances between groups are not.
 *
 * @param embeddings one row for each clip, [clips, dimensions], 4 clips or more unless they have two dimensions
 * @param labels the class of each clip, integers from 0
 * @throws {RangeError} for no or too few clips, rows of different lengths, values that are not finite, labels that are no class, and
 * options out of range
 * @example
 * ```ts
 * const picture = await plotEmbeddings(embeddings, labels, { labelNames: ['dog', 'rain'], seed: 1 });
 * await picture.save('embeddings.svg');
 * ```
 */
export async function plotEmbeddings(
  embeddings: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  options: EmbeddingsOptions = {},
): Promise<Picture> {
  const classes = checkEmbeddings(embeddings, labels, options);
  const { labelNames = classes.map(String) } = options;
  const names = options.labelNames ? classes.map((label) => labelNames[label]!) : labelNames;
  const top = topMargin(options.title);
  const side = 460;
  const key = legendColumns(names, (options.height ?? side + top + 16) - top - 8);
  const { width, height, theme, language, title } = completeOptions(options, {
    width: Math.ceil(side + key.width + 48),
    height: side + top + 16,
  });
  const words = languages[language];
  const colors = categorical(theme);
  const styleOf = classes.map((_, i) => ({
    color: colors[i % colors.length]!,
    ...shapes[((i % colors.length) + Math.floor(i / colors.length)) % shapes.length]!,
  }));
  const points = await projectToPlane(embeddings, options);
  const { Plot, draw } = await openPen();
  const place = new Map(classes.map((label, i) => [label, i]));
  const rows = points.map(([x, y], i) => ({ x, y, row: i, style: place.get(labels[i]!)! }));
  const content = draw({
    width,
    height,
    marginLeft: 16,
    marginRight: key.width + 32,
    marginTop: top,
    marginBottom: 16,
    inset: 12,
    x: { domain: extent(points, 0), type: 'linear', axis: null },
    y: { domain: extent(points, 1), type: 'linear', axis: null },
    symbol: { type: 'identity' },
    color: { type: 'identity' },
    marks: [
      Plot.frame({ strokeOpacity: 0.3 }),
      Plot.dot(rows, {
        x: 'x',
        y: 'y',
        symbol: ({ style }: (typeof rows)[number]) => styleOf[style]!.symbol,
        stroke: ({ style }) => styleOf[style]!.color,
        strokeWidth: 1.75,
        r: 3.5,
        title: ({ row, style }) =>
          writable([names[style], options.ids?.[row]].filter((text) => text !== undefined).join(': ')),
      }),
    ],
  });
  const entries = names.map(
    (name, i): LegendEntry => ({ name, color: styleOf[i]!.color, mark: 'dot', path: styleOf[i]!.path ?? RING }),
  );
  return svgPicture({
    width,
    height,
    theme,
    title: title ?? words.embeddings,
    description: `${words.clips}: ${points.length}. ${names.map(writable).join(', ')}.`,
    content: titleText(title, width) + content + key.draw(entries, { x: width - key.width - 16, y: top }),
  });
}

const RING = 'M-4,0A4,4,0,1,0,4,0A4,4,0,1,0,-4,0';

function extent(points: readonly (readonly [number, number])[], axis: 0 | 1): [number, number] {
  const values = points.map((point) => point[axis]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** The classes that occur, sorted. */
function checkEmbeddings(
  embeddings: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  { labelNames, ids, seed = 0, nNeighbors = 15, minDist = 0.1 }: EmbeddingsOptions,
): number[] {
  if (!(embeddings?.length > 0)) throw new RangeError('embeddings is empty; there is nothing to draw');
  if (labels?.length !== embeddings.length)
    throw new RangeError(`labels must have one entry for each of ${embeddings.length} clips, got ${labels?.length}`);
  if (ids && ids.length !== embeddings.length)
    throw new RangeError(`ids must have one entry for each of ${embeddings.length} clips, got ${ids.length}`);
  const dimensions = embeddings[0]!.length;
  for (const [i, row] of embeddings.entries()) {
    if (row.length !== dimensions || dimensions < 2)
      throw new RangeError(
        `embeddings must have rows of one length, 2 or more, got ${dimensions} in row 0 and ${row.length} in row ${i}`,
      );
    checkNumbers(row, `embeddings[${i}]`);
  }
  if (dimensions > 2 && embeddings.length < 4)
    throw new RangeError(`embeddings must hold 4 clips or more to be projected, got ${embeddings.length}`);
  const most = labelNames?.length ?? Number.MAX_SAFE_INTEGER;
  for (const [i, label] of Array.from(labels).entries())
    if (!Number.isSafeInteger(label) || label < 0 || label >= most)
      throw new RangeError(
        `labels must be integers from 0${labelNames ? ` to ${most - 1}, as labelNames has ${most} names` : ''}, got ${label} at index ${i}`,
      );
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be an integer, got ${String(seed)}`);
  if (!Number.isSafeInteger(nNeighbors) || nNeighbors < 2)
    throw new RangeError(`nNeighbors must be an integer, 2 or more, got ${String(nNeighbors)}`);
  if (!(minDist >= 0 && minDist <= 1))
    throw new RangeError(`minDist must be a number from 0 to 1, got ${String(minDist)}`);
  return [...new Set(Array.from(labels))].sort((a, b) => a - b);
}
