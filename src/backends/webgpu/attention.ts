import type { GuardedBackend } from '../guardedBackend.js';
import {
  accumulate,
  attentionSource,
  checkWorkgroups,
  each,
  elementOf,
  forEachTile,
  type Layout,
  layoutOf,
  readOwn,
  workgroupsOf,
  writeOwn,
  zeros,
} from './attentionTiles.js';
import { type Kernel, run } from './program.js';

/**
 * Attention without a [tokens, tokens] matrix in memory: FlashAttention (Dao et al. 2022). A workgroup has some queries and
 * goes through keys and values once; largest score and sum of a row are those of the keys so far, and when the largest grows, what
 * has been summed shrinks (online softmax, Milakov and Gimelshein 2018). Heads are read where they lie.
 *
 * For each head it multiplies 4 tokens² dim times, as plain attention does, and moves 16 tokens dim bytes.
 */
export const attention: Kernel = (backend, { query, key, value }, attributes) => {
  const heads = attributes['heads'] as number;
  const [, tokens, width] = query!.shape as [number, number, number];
  const layout = layoutOf(width, heads);
  const float16 = (backend as Partial<GuardedBackend>).found?.options.float16 === true;
  const element = elementOf(layout);
  const workgroups = workgroupsOf(query!, heads, layout);
  checkWorkgroups(backend, workgroups);
  return run(backend, {
    name: `AstAttention ${layout.dim}${float16 ? ' float16' : ''}`,
    inputs: { query: query!, key: key!, value: value! },
    outputs: { y: query!.shape },
    elements: { query: element, key: element, value: element, y: element },
    uniforms: { tokens: ['u32', tokens], width: ['u32', width] },
    workgroups,
    float16,
    source: () => sourceOf(layout, float16),
  })[0]!;
};

/** With `float16`, own rows and tiles are of half the size. What is multiplied and summed stays float32. */
export const sourceOf = (layout: Layout, float16: boolean): string =>
  attentionSource(layout, {
    reads: ['query', 'key', 'value'],
    writes: ['y'],
    tiles: ['key', 'value'],
    scores: ['score'],
    chunkType: float16 ? 'vec4<f16>' : 'vec4<f32>',
    body: `
  ${readOwn(layout, 'own', 'query')}
  ${zeros(layout, 'sum')}
  ${each(layout.rows, (row) => `var largest_${row} = lowest; var total_${row} = 0.0;`)}
  ${forEachTile(layout, {
    products: [['score', 'own', 'key']],
    tiles: ['key', 'value'],
    body: `
      ${each(
        layout.rows,
        (row) => `
      let known_${row} = ${masked(`score_${row} * ${scaleOf(layout)}`)};
      let top_${row} = ${largestOf(`known_${row}`)};
      if (top_${row} > largest_${row}) {
        let shrink = exp(largest_${row} - top_${row});
        total_${row} *= shrink;
        ${each(layout.chunks, (chunk) => `sum_${row}_${chunk} *= shrink;`)}
        largest_${row} = top_${row};
      }
      let p_${row} = exp(known_${row} - largest_${row});
      total_${row} += dot(p_${row}, vec4<f32>(1.0));`,
      )}
      ${accumulate(layout, 'sum', 'p', 'value')}`,
  })}
  ${writeOwn(layout, 'sum', 'y', (row) => `(1.0 / total_${row})`)}`,
  });

/** WGSL: 1 / √dim. */
export const scaleOf = ({ dim }: Layout): string => `${dim ** -0.5}`;

/** WGSL: scores of four keys from `first + j * 4`, the lowest number where there is no key. */
export const masked = (score: string): string =>
  `select(vec4<f32>(lowest), ${score}, vec4<u32>(first + j * 4u) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(uniforms.tokens))`;

export const largestOf = (scores: string): string =>
  `max(max(${scores}.x, ${scores}.y), max(${scores}.z, ${scores}.w))`;
