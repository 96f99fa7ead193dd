import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import type { Element } from './program.js';

/** Threads of a workgroup. */
export const THREADS = 64;

/** The largest head whose tiles fit in the 16 KiB of a workgroup that every adapter has. */
const MOST_DIM = 256;

/**
 * How a workgroup shares the work of one head: it has some rows (tokens) of its own, and goes through all others a tile at a
 * time, which lies in workgroup memory.
 *
 * A row of 64 numbers, with its sums, does not fit in a thread's registers on every GPU. So `lanes` threads share a row, each with
 * every `lanes`-th chunk of four numbers, and add their parts of a score up in workgroup memory. What is read of a tile
 * serves the `rows` rows that a thread has.
 */
export interface Layout {
  dim: number;
  /** Threads that share a row. */
  lanes: number;
  /** Chunks of four numbers of a row that a thread has. */
  chunks: number;
  /** Rows that a thread has a part of. */
  rows: number;
  /** Tokens in a tile, a multiple of 4. */
  tile: number;
  /** Rows of a workgroup. */
  ownRows: number;
}

export function layoutOf(width: number, heads: number): Layout {
  const dim = width / heads;
  if (dim > MOST_DIM)
    throw new BackendError(
      `Attention on WebGPU takes heads of at most ${MOST_DIM} numbers, got ${dim} (${heads} heads of ${width}). Use more heads, or another backend.`,
    );
  const lanes = dim > 8 ? 4 : dim > 4 ? 2 : 1;
  const chunks = Math.ceil(dim / 4 / lanes);
  // Two rows of more than 32 numbers a lane crowd the registers; small heads gain little, and compile faster with one.
  const rows = chunks > 1 && chunks <= 4 ? 2 : 1;
  return { dim, lanes, chunks, rows, tile: chunks <= 8 ? 8 : 4, ownRows: (THREADS / lanes) * rows };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** WGSL for 0 … count - 1, one after the other: unrolled, so that what has a number in its name stays in a register. */
export const each = (count: number, code: (i: number) => string): string => range(count).map(code).join('\n');

/** WGSL for each row and chunk of a thread. */
export const eachChunk = ({ rows, chunks }: Layout, code: (row: number, chunk: number) => string): string =>
  each(rows, (row) => each(chunks, (chunk) => code(row, chunk)));

/** Batch and heads of a tensor [batch, tokens, heads * dim], whose heads are worked on side by side. */
export function workgroupsOf(query: TensorInfo, heads: number, { ownRows }: Layout): [number, number, number] {
  const [batch, tokens] = query.shape as [number, number, number];
  return [Math.ceil(tokens / ownRows), heads, batch];
}

export const checkWorkgroups = (backend: WebGPUBackend, workgroups: readonly number[]): void => {
  const most = backend.device.limits.maxComputeWorkgroupsPerDimension;
  if (workgroups.some((count) => count > most))
    throw new BackendError(`Attention on this adapter takes batches of at most ${most}, got ${workgroups[2]}.`);
};

/** Four numbers at a time where a head is whole fours. */
export const elementOf = ({ dim }: Layout): Element => (dim % 4 === 0 ? 'vec4<f32>' : 'f32');

/** WGSL `read_NAME(token, chunk)`: four numbers of the workgroup's head, zeros beyond its end. */
const reader = (name: string, { dim }: Layout): string => `
fn read_${name}(token: u32, chunk: u32) -> vec4<f32> {
  ${
    dim % 4 === 0
      ? `if (token >= uniforms.tokens || chunk >= ${dim / 4}u) { return vec4<f32>(); }
  return ${name}[origin / 4u + token * (uniforms.width / 4u) + chunk];`
      : `var numbers = vec4<f32>();
  if (token >= uniforms.tokens) { return numbers; }
  for (var i = 0u; i < 4u && chunk * 4u + i < ${dim}u; i++) {
    numbers[i] = ${name}[origin + token * uniforms.width + chunk * 4u + i];
  }
  return numbers;`
  }
}`;

/** WGSL `write_NAME(token, chunk, numbers)`; does nothing beyond the end. */
const writer = (name: string, { dim }: Layout): string => `
fn write_${name}(token: u32, chunk: u32, numbers: vec4<f32>) {
  ${
    dim % 4 === 0
      ? `if (token >= uniforms.tokens || chunk >= ${dim / 4}u) { return; }
  ${name}[origin / 4u + token * (uniforms.width / 4u) + chunk] = numbers;`
      : `if (token >= uniforms.tokens) { return; }
  for (var i = 0u; i < 4u && chunk * 4u + i < ${dim}u; i++) {
    ${name}[origin + token * uniforms.width + chunk * 4u + i] = numbers[i];
  }`
  }
}`;

/** What a program of attention consists of. */
export interface Parts {
  /** Tensors read and written. */
  reads: readonly string[];
  writes: readonly string[];
  /** Those whose tiles lie in workgroup memory. */
  tiles: readonly string[];
  /** Names of the scores between own rows and a tile. */
  scores: readonly string[];
  /** More of WGSL's declarations. */
  more?: string;
  /** Type of a chunk in tiles and own rows: `vec4<f32>`, or of half the size. */
  chunkType?: string;
  body: string;
}

/** WGSL with `main`: `thread`, `lane`, the `own` rows from `firstRow`, and where the head begins, `origin`, are set. */
export function attentionSource(
  layout: Layout,
  { reads, writes, tiles, scores, more = '', chunkType = 'vec4<f32>', body }: Parts,
): string {
  const { lanes, chunks, rows, tile, ownRows, dim } = layout;
  return `
alias Chunk = ${chunkType};
const lowest = -3.4e38;
var<private> origin: u32;
${tiles.map((name) => `var<workgroup> ${name}Tile: array<Chunk, ${tile * lanes * chunks}>;`).join('\n')}
${scores.map((name) => `var<workgroup> ${name}Parts: array<vec4<f32>, ${(tile / 4) * rows * THREADS}>;`).join('\n')}
${more}
${reads.map((name) => reader(name, layout)).join('')}
${writes.map((name) => writer(name, layout)).join('')}
${scores.map((name) => totaller(name, lanes)).join('')}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  origin = group.z * uniforms.tokens * uniforms.width + group.y * ${dim}u;
  let lane = thread % ${lanes}u;
  let firstRow = group.x * ${ownRows}u + thread / ${lanes}u * ${rows}u;
  ${body}
}`;
}

/**
 * WGSL `total_NAME(at)`: the parts of all lanes. Each lane begins with its own, so that threads side by side read side by
 * side; pairs are added in an order that gives every lane the same sum.
 */
const totaller = (name: string, lanes: number): string => `
fn total_${name}(at: u32) -> vec4<f32> {
  ${
    {
      1: `return ${name}Parts[at];`,
      2: `return ${name}Parts[at] + ${name}Parts[at ^ 1u];`,
      4: `return (${name}Parts[at] + ${name}Parts[at ^ 1u]) + (${name}Parts[at ^ 2u] + ${name}Parts[at ^ 3u]);`,
    }[lanes]
  }
}`;

/** WGSL: a thread's chunks of its own rows, `PREFIX_ROW_CHUNK`. */
export const readOwn = (layout: Layout, prefix: string, name: string): string =>
  eachChunk(
    layout,
    (row, chunk) =>
      `let ${prefix}_${row}_${chunk} = Chunk(read_${name}(firstRow + ${row}u, ${chunk * layout.lanes}u + lane));`,
  );

/** WGSL: accumulators of the same form. */
export const zeros = (layout: Layout, prefix: string): string =>
  eachChunk(layout, (row, chunk) => `var ${prefix}_${row}_${chunk} = vec4<f32>();`);

export const writeOwn = (layout: Layout, prefix: string, name: string, factor: (row: number) => string): string =>
  eachChunk(
    layout,
    (row, chunk) =>
      `write_${name}(firstRow + ${row}u, ${chunk * layout.lanes}u + lane, ${prefix}_${row}_${chunk} * ${factor(row)});`,
  );

/**
 * WGSL: a loop over tiles of all tokens. In `body`, which runs for four tokens of a tile at a time, `at(i)` of a tile is
 * `NAMETile[base_I + …]` by {@link fromTile}, and the scores of row r are the vectors `NAME_r`.
 */
export function forEachTile(
  layout: Layout,
  {
    tiles,
    products,
    extra = '',
    body,
  }: {
    /** What is loaded of each token. */
    tiles: readonly string[];
    /** [score, prefix of own rows, tile]: what is multiplied with what. */
    products: readonly (readonly [string, string, string])[];
    /** WGSL that loads more. */
    extra?: string;
    body: string;
  },
): string {
  const { rows, chunks, lanes, tile } = layout;
  const width = lanes * chunks;
  const at = (row: number): string => `(j * ${rows}u + ${row}u) * ${THREADS}u + thread`;
  return `
  for (var first = 0u; first < uniforms.tokens; first += ${tile}u) {
    workgroupBarrier();
    for (var i = thread; i < ${tile * width}u; i += ${THREADS}u) {
      ${tiles.map((name) => `${name}Tile[i] = Chunk(read_${name}(first + i / ${width}u, i % ${width}u));`).join('\n')}
    }
    ${extra}
    workgroupBarrier();
    for (var j = 0u; j < ${tile / 4}u; j++) {
      ${bases(width)}
      ${products
        .map(
          ([score, own, name]) => `
      ${each(rows, (row) => `var ${score}_${row} = vec4<f32>();`)}
      ${each(4, (i) =>
        each(
          chunks,
          (chunk) => `{
        let other = vec4<f32>(${fromTile(layout, name, i, chunk)});
        ${each(rows, (row) => `${score}_${row}[${i}] += dot(vec4<f32>(${own}_${row}_${chunk}), other);`)}
      }`,
        ),
      )}
      ${each(rows, (row) => `${score}Parts[${at(row)}] = ${score}_${row};`)}`,
        )
        .join('')}
    }
    workgroupBarrier();
    for (var j = 0u; j < ${tile / 4}u; j++) {
      ${bases(width)}
      ${products.map(([score]) => each(rows, (row) => `let ${score}_${row} = total_${score}(${at(row)});`)).join('\n')}
      ${body}
    }
  }`;
}

const bases = (width: number): string => each(4, (i) => `let base_${i} = (j * 4u + ${i}u) * ${width}u + lane;`);

/** WGSL: a thread's chunk of token `i` of the four. */
export const fromTile = ({ lanes }: Layout, name: string, i: number, chunk: number): string =>
  `${name}Tile[base_${i} + ${chunk * lanes}u]`;

/** WGSL: adds the tile's four tokens to the accumulators, weighted by the vectors `WEIGHTS_ROW`. */
export const accumulate = (layout: Layout, sums: string, weights: string, tile: string): string =>
  each(4, (i) =>
    each(
      layout.chunks,
      (chunk) => `{
        let other = vec4<f32>(${fromTile(layout, tile, i, chunk)});
        ${each(layout.rows, (row) => `${sums}_${row}_${chunk} += ${weights}_${row}[${i}] * other;`)}
      }`,
    ),
  );
