import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Program, run, sizeOf, spread } from './program.js';

const THREADS = 64;

/** Arithmetic on tensors of one shape. */
export interface Elementwise extends Pick<Program, 'name' | 'inputs' | 'uniforms'> {
  outputs: readonly string[];
  /** WGSL that computes element `i` of the outputs; elements are of type `Value`, one number or four. */
  body: string;
  /** WGSL functions that `body` calls. */
  functions?: string;
}

/** Runs it in one pass: each input is read once, each output written once. */
export function runElementwise(
  backend: WebGPUBackend,
  { name, inputs, outputs, uniforms, body, functions = '' }: Elementwise,
): TensorInfo[] {
  const { shape } = Object.values(inputs)[0]!;
  const size = sizeOf(shape);
  const lanes = size % 4 === 0 ? 4 : 1;
  const element = lanes === 4 ? 'vec4<f32>' : 'f32';
  const count = size / lanes;
  return run(backend, {
    name: `${name} ${lanes}`,
    inputs,
    outputs: Object.fromEntries(outputs.map((output) => [output, shape])),
    elements: Object.fromEntries([...Object.keys(inputs), ...outputs].map((tensor) => [tensor, element])),
    uniforms: { count: ['u32', count], ...uniforms },
    workgroups: spread(backend, Math.ceil(count / THREADS)),
    source: () => `
alias Value = ${element};
${functions}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + thread;
  if (i >= uniforms.count) { return; }
  ${body}
}`,
  });
}
