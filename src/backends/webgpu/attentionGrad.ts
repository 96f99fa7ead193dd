import { largestOf, masked, scaleOf } from './attention.js';
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
 * The backward pass of FlashAttention (Dao et al. 2022), in two programs without a [tokens, tokens] matrix and without
 * atomics: one has queries of its own and goes through keys, the other has keys and goes through queries. Both compute the
 * probabilities again, tile by tile.
 *
 * The first also computes what both need of a row: its largest score, 1 / the sum, and Σ p dp (which is Σ dy y, but y is not
 * saved), in a round over the keys before its own. So it multiplies 18 tokens² dim times a head, where 14 are the
 * least for two programs that are given these, and moves 44 tokens dim bytes.
 */
export const attentionGrad: Kernel = (backend, { query, key, value, dy }, attributes) => {
  const heads = attributes['heads'] as number;
  const [batch, tokens, width] = query!.shape as [number, number, number];
  const layout = layoutOf(width, heads);
  const element = elementOf(layout);
  const workgroups = workgroupsOf(query!, heads, layout);
  checkWorkgroups(backend, workgroups);
  const common = {
    inputs: { query: query!, key: key!, value: value!, dy: dy! },
    uniforms: { tokens: ['u32', tokens], width: ['u32', width], heads: ['u32', heads] },
    workgroups,
  } as const;
  const elements = { query: element, key: element, value: element, dy: element, rows: 'vec4<f32>' } as const;
  const [dQuery, rows] = run(backend, {
    ...common,
    name: `AstAttentionGrad query ${layout.dim}`,
    outputs: { dQuery: query!.shape, rows: [batch, heads, tokens, 4] },
    elements: { ...elements, dQuery: element },
    source: () => querySource(layout),
  });
  const [dKey, dValue] = run(backend, {
    ...common,
    name: `AstAttentionGrad key ${layout.dim}`,
    inputs: { ...common.inputs, rows: rows! },
    outputs: { dKey: key!.shape, dValue: value!.shape },
    elements: { ...elements, dKey: element, dValue: element },
    source: () => keySource(layout),
  });
  backend.disposeData(rows!.dataId);
  return [dQuery!, dKey!, dValue!];
};

/** Where the numbers of a row are among all batches and heads. */
const rowIndex = '(group.z * uniforms.heads + group.y) * uniforms.tokens';

const querySource = (layout: Layout): string => {
  const scale = scaleOf(layout);
  return attentionSource(layout, {
    reads: ['query', 'key', 'value', 'dy'],
    writes: ['dQuery'],
    tiles: ['key', 'value'],
    scores: ['score', 'dp'],
    body: `
  ${readOwn(layout, 'own', 'query')}
  ${readOwn(layout, 'dy', 'dy')}
  ${zeros(layout, 'sum')}
  ${each(layout.rows, (row) => `var largest_${row} = lowest; var total_${row} = 0.0; var along_${row} = 0.0;`)}
  for (var round = 0u; round < 2u; round++) {
    ${forEachTile(layout, {
      tiles: ['key', 'value'],
      products: [
        ['score', 'own', 'key'],
        ['dp', 'dy', 'value'],
      ],
      body: `
      ${each(layout.rows, (row) => `let known_${row} = ${masked(`score_${row} * ${scale}`)};`)}
      if (round == 0u) {
        ${each(
          layout.rows,
          (row) => `
        let top_${row} = max(largest_${row}, ${largestOf(`known_${row}`)});
        let shrink_${row} = exp(largest_${row} - top_${row});
        let p_${row} = exp(known_${row} - top_${row});
        largest_${row} = top_${row};
        total_${row} = total_${row} * shrink_${row} + dot(p_${row}, vec4<f32>(1.0));
        along_${row} = along_${row} * shrink_${row} + dot(p_${row}, dp_${row});`,
        )}
      } else {
        ${each(
          layout.rows,
          (row) => `
        let dScore_${row} = exp(known_${row} - largest_${row}) * total_${row} * (dp_${row} - along_${row});`,
        )}
        ${accumulate(layout, 'sum', 'dScore', 'key')}
      }`,
    })}
    if (round == 0u) {
      ${each(
        layout.rows,
        (row) => `
      total_${row} = 1.0 / total_${row};
      along_${row} *= total_${row};
      if (lane == 0u && firstRow + ${row}u < uniforms.tokens) {
        rows[${rowIndex} + firstRow + ${row}u] = vec4<f32>(largest_${row}, total_${row}, along_${row}, 0.0);
      }`,
      )}
    }
  }
  ${writeOwn(layout, 'sum', 'dQuery', () => scale)}`,
  });
};

const keySource = (layout: Layout): string => {
  const scale = scaleOf(layout);
  return attentionSource(layout, {
    reads: ['query', 'key', 'value', 'dy'],
    writes: ['dKey', 'dValue'],
    tiles: ['query', 'dy'],
    scores: ['score', 'dp'],
    more: `var<workgroup> rowsTile: array<vec4<f32>, ${layout.tile}>;`,
    body: `
  ${readOwn(layout, 'own', 'key')}
  ${readOwn(layout, 'value', 'value')}
  ${zeros(layout, 'dk')}
  ${zeros(layout, 'dv')}
  ${forEachTile(layout, {
    tiles: ['query', 'dy'],
    products: [
      ['score', 'own', 'query'],
      ['dp', 'value', 'dy'],
    ],
    // Where there is no query, 1 / sum is 0, and so is the probability.
    extra: `
    if (thread < ${layout.tile}u) {
      rowsTile[thread] = vec4<f32>();
      if (first + thread < uniforms.tokens) { rowsTile[thread] = rows[${rowIndex} + first + thread]; }
    }`,
    body: `
      ${each(4, (i) => `let row_${i} = rowsTile[j * 4u + ${i}u];`)}
      ${['largest', 'inverse', 'along']
        .map((name, i) => `let ${name} = vec4<f32>(row_0[${i}], row_1[${i}], row_2[${i}], row_3[${i}]);`)
        .join('\n')}
      ${each(
        layout.rows,
        (row) => `
      let p_${row} = exp(score_${row} * ${scale} - largest) * inverse;
      let dScore_${row} = p_${row} * (dp_${row} - along);`,
      )}
      ${accumulate(layout, 'dv', 'p', 'dy')}
      ${accumulate(layout, 'dk', 'dScore', 'query')}`,
  })}
  ${writeOwn(layout, 'dk', 'dKey', () => scale)}
  ${writeOwn(layout, 'dv', 'dValue', () => '1.0')}`,
  });
};
