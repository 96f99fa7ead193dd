import { backend_util, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { node } from '../../onnx/index.js';
import type { OnnxruntimeBackend } from './backend.js';
import { floats, integers, type Kernel, type KernelTable, sizeOf, worthwhile } from './kernel.js';

const isFloat = (...tensors: readonly TensorInfo[]): boolean =>
  tensors.every((tensor) => tensor.dtype === 'float32' && sizeOf(tensor) > 0);

const transpose: Kernel = (backend, { x }, attributes) => {
  if (!worthwhile(backend, x!)) return undefined;
  const perm = attributes['perm'] as number[];
  const y = backend.allocate(perm.map((axis) => x!.shape[axis]!));
  const graph = () => ({ inputs: floats('x'), outputs: ['y'], nodes: [node('Transpose', ['x'], 'y', { perm })] });
  backend.run(`Transpose ${perm}`, graph, { x: x! }, { y });
  return y;
};

/** Joins tensors along an axis: as matrices of everything before it by everything from it on. */
function concatenate(
  backend: OnnxruntimeBackend,
  tensors: readonly TensorInfo[],
  axis: number,
  shape: number[],
): TensorInfo {
  const y = backend.allocate(shape);
  const rows = util.sizeFromShape(shape.slice(0, axis));
  const names = tensors.map((_, i) => `x${i}`);
  const graph = () => ({ inputs: floats(...names), outputs: ['y'], nodes: [node('Concat', names, 'y', { axis: 1 })] });
  const asMatrix = (tensor: TensorInfo) => ({ values: backend.valuesOf(tensor), shape: [rows, sizeOf(tensor) / rows] });
  const inputs = Object.fromEntries(tensors.map((tensor, i) => [names[i]!, asMatrix(tensor)]));
  backend.run(`Concat ${tensors.length}`, graph, inputs, { y: asMatrix(y) });
  return y;
}

const concat: Kernel = (backend, inputs, attributes) => {
  const tensors = Object.values(inputs);
  if (!isFloat(...tensors)) return undefined;
  const axis = util.parseAxisParam(attributes['axis'] as number, tensors[0]!.shape)[0]!;
  const shapes = tensors.map((tensor) => tensor.shape);
  backend_util.assertParamsConsistent(shapes, axis);
  const shape = [...shapes[0]!];
  shape[axis] = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  return concatenate(backend, tensors, axis, shape);
};

/** Joins tensors along a new axis. */
const pack: Kernel = (backend, inputs, attributes) => {
  const tensors = Object.values(inputs);
  if (!isFloat(...tensors)) return undefined;
  for (const { shape } of tensors)
    util.assertShapesMatch(tensors[0]!.shape, shape, 'All tensors passed to stack must have matching shapes');
  const [axis] = util.parseAxisParam(attributes['axis'] as number, [...tensors[0]!.shape, 1]);
  const shape = [...tensors[0]!.shape];
  shape.splice(axis!, 0, tensors.length);
  return concatenate(backend, tensors, axis!, shape);
};

/** Always a copy: TensorFlow.js' own slice is a view, and would see the next tensor that gets the same memory. */
function slice(backend: OnnxruntimeBackend, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  const y = backend.allocate(size);
  if (slice_util.isSliceContinous(x.shape, begin, size)) {
    const start = slice_util.computeFlatOffset(begin, util.computeStrides(x.shape));
    (backend.valuesOf(y) as Float32Array).set(backend.part(x, start, size).values as Float32Array);
    return y;
  }
  const graph = () => ({
    inputs: { ...floats('x'), starts: 'int64' as const, ends: 'int64' as const },
    outputs: ['y'],
    nodes: [node('Slice', ['x', 'starts', 'ends'], 'y')],
  });
  const ends = begin.map((from, axis) => from + size[axis]!);
  backend.run('Slice', graph, { x, starts: integers(begin), ends: integers(ends) }, { y });
  return y;
}

const sliceKernel: Kernel = (backend, { x }, attributes) => {
  const { begin, size } = attributes as unknown as { begin: number[]; size: number[] };
  const [from, length] = slice_util.parseSliceParams(x as never, begin, size) as [number[], number[]];
  slice_util.assertParamsValid(x as never, from, length);
  return isFloat(x!) && !length.includes(0) ? slice(backend, x!, from, length) : undefined;
};

/** Parts of the given lengths along an axis. */
function split(backend: OnnxruntimeBackend, x: TensorInfo, lengths: readonly number[], axis: number): TensorInfo[] {
  let at = 0;
  return lengths.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    at += length;
    return slice(
      backend,
      x,
      begin,
      x.shape.map((side, i) => (i === axis ? length : side)),
    );
  });
}

const splitV: Kernel = (backend, { x }, attributes) => {
  const { numOrSizeSplits, axis } = attributes as unknown as { numOrSizeSplits: number | number[]; axis: number };
  const at = util.parseAxisParam(axis, x!.shape)[0]!;
  const lengths = backend_util.prepareSplitSize(x as never, numOrSizeSplits, at);
  if (!isFloat(x!) || lengths.some((length) => !(length > 0))) return undefined;
  return split(backend, x!, lengths, at);
};

const unpack: Kernel = (backend, { value }, attributes) => {
  if (!isFloat(value!)) return undefined;
  const axis = util.parseAxisParam(attributes['axis'] as number, value!.shape)[0]!;
  const shape = value!.shape.filter((_, i) => i !== axis);
  return split(backend, value!, Array(value!.shape[axis]!).fill(1), axis).map(({ dataId, dtype }) => ({
    dataId,
    dtype,
    shape,
  }));
};

const pad: Kernel = (backend, { x }, attributes) => {
  const { paddings, constantValue } = attributes as unknown as { paddings: [number, number][]; constantValue: number };
  if (!worthwhile(backend, x!)) return undefined;
  const y = backend.allocate(x!.shape.map((side, axis) => side + paddings[axis]![0] + paddings[axis]![1]));
  const graph = () => ({
    inputs: { ...floats('x'), pads: 'int64' as const, ...floats('value') },
    outputs: ['y'],
    nodes: [node('Pad', ['x', 'pads', 'value'], 'y')],
  });
  const pads = integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
  backend.run('Pad', graph, { x: x!, pads, value: { values: Float32Array.of(constantValue), shape: [] } }, { y });
  return y;
};

const tile: Kernel = (backend, { x }, attributes) => {
  const reps = attributes['reps'] as number[];
  if (!isFloat(x!) || reps.includes(0)) return undefined;
  const y = backend.allocate(x!.shape.map((side, axis) => side * reps[axis]!));
  const graph = () => ({
    inputs: { ...floats('x'), repeats: 'int64' as const },
    outputs: ['y'],
    nodes: [node('Tile', ['x', 'repeats'], 'y')],
  });
  backend.run('Tile', graph, { x: x!, repeats: integers(reps) }, { y });
  return y;
};

/** Only for indices that are all in range: out of it, TensorFlow.js has rules of its own. */
const gather: Kernel = (backend, { x, indices }, attributes) => {
  const { axis, batchDims } = attributes as unknown as { axis: number; batchDims: number };
  const at = util.parseAxisParam(axis, x!.shape)[0]!;
  if (!worthwhile(backend, x!) || batchDims || indices!.dtype !== 'int32' || sizeOf(indices!) === 0) return undefined;
  for (const index of backend.valuesOf(indices!)) if (index < 0 || index >= x!.shape[at]!) return undefined;
  const y = backend.allocate([...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)]);
  const graph = () => ({
    inputs: { ...floats('x'), indices: 'int32' as const },
    outputs: ['y'],
    nodes: [node('Gather', ['x', 'indices'], 'y', { axis: at })],
  });
  backend.run(`Gather ${at}`, graph, { x: x!, indices: indices! }, { y });
  return y;
};

export const shapes: KernelTable = {
  Concat: concat,
  GatherV2: gather,
  Pack: pack,
  PadV2: pad,
  Slice: sliceKernel,
  SplitV: splitV,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack,
};
