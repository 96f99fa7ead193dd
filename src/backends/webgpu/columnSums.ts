import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Kernel, type KernelTable, run, sizeOf } from './program.js';

/** Columns of a workgroup, and the parts that their rows are summed in: 64 bytes of memory side by side. */
const COLUMNS = 16;
const PARTS = 16;

/** Sums over all axes but the last, of `term`: WGSL for the number at `at`, in row `row`. */
function runColumnSums(
  backend: WebGPUBackend,
  name: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  term: string,
): TensorInfo {
  const { shape } = Object.values(inputs)[0]!;
  const width = shape.at(-1)!;
  return run(backend, {
    name,
    inputs,
    outputs: { sums: [width] },
    uniforms: { rows: ['u32', sizeOf(shape) / width], width: ['u32', width] },
    workgroups: [Math.ceil(width / COLUMNS), 1, 1],
    source: () => `
var<workgroup> parts: array<f32, ${COLUMNS * PARTS}>;

@compute @workgroup_size(${COLUMNS}, ${PARTS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) thread: vec3<u32>) {
  let column = group.x * ${COLUMNS}u + thread.x;
  var sum = 0.0;
  if (column < uniforms.width) {
    for (var row = thread.y; row < uniforms.rows; row += ${PARTS}u) {
      let at = row * uniforms.width + column;
      sum += ${term};
    }
  }
  let own = thread.y * ${COLUMNS}u + thread.x;
  parts[own] = sum;
  workgroupBarrier();
  for (var half = ${PARTS / 2}u; half > 0u; half /= 2u) {
    if (thread.y < half) { parts[own] += parts[own + half * ${COLUMNS}u]; }
    workgroupBarrier();
  }
  if (thread.y == 0u && column < uniforms.width) { sums[column] = parts[own]; }
}`,
  })[0]!;
}

/** The backend's own sum over the first axis transposes first: it reads and writes everything once more. */
const columnSums: Kernel = (backend, { x }) => runColumnSums(backend, 'AstColumnSums', { x: x! }, 'x[at]');

const layerNormWeightGrad: Kernel = (backend, { x, mean, inverseDeviation, dy }) =>
  runColumnSums(
    backend,
    'AstLayerNormWeightGrad',
    { x: x!, mean: mean!, inverseDeviation: inverseDeviation!, dy: dy! },
    'dy[at] * (x[at] - mean[row]) * inverseDeviation[row]',
  );

export const sums: KernelTable = { AstColumnSums: columnSums, AstLayerNormWeightGrad: layerNormWeightGrad };
