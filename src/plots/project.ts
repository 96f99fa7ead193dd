import { createRandom } from '../random.js';

/** How points of many dimensions are laid out in two. */
export interface ProjectionOptions {
  /** The same seed gives the same picture. Default 0. */
  readonly seed?: number;
  /** Neighbours that stay near (UMAP's `n_neighbors`): few show detail, many the whole. Default 15, at most one less than the points. */
  readonly nNeighbors?: number;
  /** How near points may lie (UMAP's `min_dist`), 0 to 1. Default 0.1. */
  readonly minDist?: number;
}

/** UMAP (McInnes, Healy and Melville 2018), by umap-js. Points of two dimensions stay as they are. */
export async function projectToPlane(
  points: readonly ArrayLike<number>[],
  { seed = 0, nNeighbors = 15, minDist = 0.1 }: ProjectionOptions,
): Promise<[number, number][]> {
  if (points[0]!.length === 2) return points.map((point) => [point[0]!, point[1]!]);
  const { UMAP } = await import('umap-js');
  const random = createRandom([seed, 'umap']);
  const umap = new UMAP({
    nNeighbors: Math.min(nNeighbors, points.length - 1),
    minDist,
    random: () => random.uniform(),
  });
  return umap.fit(points.map((point) => Array.from(point))) as [number, number][];
}
