import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';

/** A kernel of this backend, without what TensorFlow.js wraps around it. */
export type Kernel = (
  backend: WebGPUBackend,
  inputs: Readonly<Record<string, TensorInfo>>,
  attributes: NamedAttrMap,
) => TensorInfo | TensorInfo[];

/** Kernels by name. */
export type KernelTable = Readonly<Record<string, Kernel>>;

/** A kernel as TensorFlow.js calls it. */
export const toKernelFunc =
  (kernel: Kernel): KernelFunc =>
  ({ inputs, attrs, backend }) =>
    kernel(backend as WebGPUBackend, inputs as unknown as Record<string, TensorInfo>, attrs ?? {});

/** Elements of a buffer in WGSL. */
export type Element = 'f32' | 'vec4<f32>';

/** A WGSL program, and what it runs on. */
export interface Program {
  /** What the source depends on: programs of one name are compiled once. */
  name: string;
  /** Read by the program under these names, as arrays. */
  inputs: Readonly<Record<string, TensorInfo>>;
  /** Shapes of the tensors it writes, by name. Fresh buffers: none of them is also read. */
  outputs: Readonly<Record<string, readonly number[]>>;
  /** Element types of inputs and outputs. Default f32. */
  elements?: Readonly<Record<string, Element>>;
  /** Fields of `uniforms`. */
  uniforms?: Readonly<Record<string, readonly ['u32' | 'f32', number]>>;
  /** Workgroups along x, y and z. */
  workgroups: readonly [number, number, number];
  /** Whether the source has numbers of 16 bits. */
  float16?: boolean;
  /** WGSL with an entry point `main`; `inputs`, `outputs` and `uniforms` are declared before it. */
  source: () => string;
}

type Recorder = {
  recordAndSubmit(
    program: object,
    output: TensorInfo,
    inputs: readonly TensorInfo[],
    uniforms: { type: string; data: number[] }[],
  ): void;
};

const pipelines = new WeakMap<WebGPUBackend, Map<string, GPUComputePipeline>>();
const uniformTypes = { u32: 'uint32', f32: 'float32' };

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/**
 * Compiles a program where it is new, and puts it in the backend's queue; gives its outputs.
 *
 * The backend's own programs have one output. `recordAndSubmit` is the part of it that keeps its queue, the disposal of
 * buffers and its profiler in order, and it binds whatever it is given: first an output, then inputs. Ours bind further
 * outputs after the inputs, in a pipeline that says so.
 */
export function run(backend: WebGPUBackend, program: Program): TensorInfo[] {
  const inputs = Object.values(program.inputs);
  const outputs = Object.values(program.outputs).map((shape) => backend.makeTensorInfo([...shape], 'float32'));
  if (outputs.some(({ shape }) => sizeOf(shape) === 0)) {
    // Nothing to compute: outputs of one program are all empty or none is.
    for (const { dataId } of outputs) backend.tensorMap.get(dataId).values = new Float32Array(0);
    return outputs;
  }
  try {
    record(backend, program, inputs, outputs);
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  }
  return outputs;
}

function record(
  backend: WebGPUBackend,
  program: Program,
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
): void {
  for (const { dataId } of [...inputs, ...outputs]) backend.uploadToGPU(dataId);
  const [first, ...others] = outputs.map(flat) as [TensorInfo, ...TensorInfo[]];
  (backend as unknown as Recorder).recordAndSubmit(
    // The profiler shows the name of the constructor.
    { pipeline: pipelineOf(backend, program), dispatch: program.workgroups, constructor: { name: program.name } },
    first,
    [...inputs.map(flat), ...others],
    Object.values(program.uniforms ?? {}).map(([type, value]) => ({ type: uniformTypes[type], data: [value] })),
  );
}

/** The backend describes each tensor to a program by its shape and strides; those of one axis are always two numbers. */
const flat = ({ dataId, dtype, shape }: TensorInfo): TensorInfo => ({ dataId, dtype, shape: [sizeOf(shape)] });

function pipelineOf(backend: WebGPUBackend, program: Program): GPUComputePipeline {
  let ofBackend = pipelines.get(backend);
  if (!ofBackend) {
    if (typeof (backend as unknown as Recorder).recordAndSubmit !== 'function')
      throw new BackendError(
        'The fused WebGPU kernels need @tensorflow/tfjs-backend-webgpu 4.22, got a version with other insides. Install 4.22.',
      );
    ofBackend = new Map();
    pipelines.set(backend, ofBackend);
  }
  let pipeline = ofBackend.get(program.name);
  if (!pipeline) {
    const module = backend.device.createShaderModule({ label: program.name, code: declarations(program) });
    const compute = { module, entryPoint: 'main' };
    pipeline = backend.device.createComputePipeline({ label: program.name, layout: 'auto', compute });
    ofBackend.set(program.name, pipeline);
  }
  return pipeline;
}

/** Bindings in the order of `recordAndSubmit`, and the source. */
export function declarations({ inputs, outputs, elements = {}, uniforms = {}, float16, source }: Program): string {
  const [first, ...others] = Object.keys(outputs);
  const bound = [first!, ...Object.keys(inputs), ...others];
  const buffers = bound.map((name, binding) => {
    const access = name in inputs ? 'read' : 'read_write';
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${elements[name] ?? 'f32'}>;`;
  });
  const described = bound.map((name) => `${name}Size: i32, ${name}Stride: i32,`);
  const own = Object.entries(uniforms).map(([name, [type]]) => `${name}: ${type},`);
  return `${float16 ? 'enable f16;' : ''}
struct Uniforms { notANumber: f32, infinity: f32, ${described.join(' ')} ${own.join(' ')} }
${buffers.join('\n')}
@group(0) @binding(${bound.length}) var<uniform> uniforms: Uniforms;
${source()}`;
}

/** Workgroups for `count` pieces of work; in a program, piece `group.y * groups.x + group.x` may be beyond the last. */
export function spread(backend: WebGPUBackend, count: number): [number, number, number] {
  const most = backend.device.limits.maxComputeWorkgroupsPerDimension;
  const y = Math.ceil(count / most);
  return [Math.ceil(count / y), y, 1];
}
