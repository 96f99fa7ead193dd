import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Kernel, type KernelTable, type Program, run, sizeOf, spread } from './program.js';

const THREADS = 64;

/**
 * One workgroup a row. Each thread keeps its numbers of the row, every 64th, in registers between the sums over the row, so
 * that memory is read once and the variance is that of centred numbers.
 */
function runRows(
  backend: WebGPUBackend,
  x: TensorInfo,
  program: Pick<Program, 'name' | 'inputs' | 'outputs' | 'uniforms'> & { body: string },
): TensorInfo[] {
  const width = x.shape.at(-1)!;
  const rows = sizeOf(x.shape) / width;
  return run(backend, {
    ...program,
    name: `${program.name} ${width}`,
    uniforms: { rows: ['u32', rows], ...program.uniforms },
    workgroups: spread(backend, rows),
    source: () => `
const width = ${width}u;
const each = ${Math.ceil(width / THREADS)}u;
var<workgroup> sums: array<f32, ${THREADS}>;

fn sumOverRow(thread: u32, value: f32) -> f32 {
  sums[thread] = value;
  workgroupBarrier();
  for (var half = ${THREADS / 2}u; half > 0u; half /= 2u) {
    if (thread < half) { sums[thread] += sums[thread + half]; }
    workgroupBarrier();
  }
  let sum = sums[0];
  // The next sum overwrites this one.
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= uniforms.rows) { return; }
  let start = row * width;
  ${program.body}
}`,
  });
}

/** Runs WGSL for every number of a thread: number `k` of it is at `column` of the row. */
const forEach = (body: string): string => `
  for (var k = 0u; k < each; k++) {
    let column = k * ${THREADS}u + thread;
    if (column < width) { ${body} }
  }`;

const layerNorm: Kernel = (backend, { x, weight, bias }, attributes) => {
  const statistics = [...x!.shape.slice(0, -1), 1];
  return runRows(backend, x!, {
    name: 'AstLayerNorm',
    inputs: { x: x!, weight: weight!, bias: bias! },
    outputs: { y: x!.shape, mean: statistics, inverseDeviation: statistics },
    uniforms: { epsilon: ['f32', attributes['epsilon'] as number] },
    body: `
  var own: array<f32, each>;
  var sum = 0.0;
  ${forEach('own[k] = x[start + column]; sum += own[k];')}
  let average = sumOverRow(thread, sum) / f32(width);
  var squares = 0.0;
  ${forEach('own[k] -= average; squares += own[k] * own[k];')}
  let inverse = 1.0 / sqrt(sumOverRow(thread, squares) / f32(width) + uniforms.epsilon);
  ${forEach('y[start + column] = own[k] * inverse * weight[column] + bias[column];')}
  if (thread == 0u) {
    mean[row] = average;
    inverseDeviation[row] = inverse;
  }`,
  });
};

const layerNormGrad: Kernel = (backend, { x, mean, inverseDeviation, weight, dy }) =>
  runRows(backend, x!, {
    name: 'AstLayerNormGrad',
    inputs: { x: x!, mean: mean!, inverseDeviation: inverseDeviation!, weight: weight!, dy: dy! },
    outputs: { dx: x!.shape },
    body: `
  let average = mean[row];
  let inverse = inverseDeviation[row];
  var normalized: array<f32, each>;
  var scaled: array<f32, each>;
  var sum = 0.0;
  var along = 0.0;
  ${forEach(`
      normalized[k] = (x[start + column] - average) * inverse;
      scaled[k] = dy[start + column] * weight[column];
      sum += scaled[k];
      along += scaled[k] * normalized[k];`)}
  let meanScaled = sumOverRow(thread, sum) / f32(width);
  let meanAlong = sumOverRow(thread, along) / f32(width);
  ${forEach('dx[start + column] = (scaled[k] - meanScaled - normalized[k] * meanAlong) * inverse;')}`,
  })[0]!;

export const layerNorms: KernelTable = { AstLayerNorm: layerNorm, AstLayerNormGrad: layerNormGrad };
