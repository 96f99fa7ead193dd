import { backend_util, util } from '@tensorflow/tfjs-core';
import { floats, integers, type Kernel, type KernelTable, worthwhile } from './kernel.js';
import { node } from './onnx.js';

interface ReductionAttributes {
  axis: number | number[];
  keepDims: boolean;
}

/** `op(x)` over some axes; an empty list of axes is all of them in TensorFlow.js, as `parseAxisParam` fills in. */
const reduction =
  (op: string): Kernel =>
  (backend, { x }, attributes) => {
    if (!worthwhile(backend, x!)) return undefined;
    const { axis, keepDims } = attributes as unknown as ReductionAttributes;
    const axes = util.parseAxisParam(axis, x!.shape);
    if (axes.length === 0) return undefined;
    const [shape] = backend_util.computeOutAndReduceShapes(x!.shape, axes);
    const y = backend.allocate(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape);
    const graph = () => ({
      inputs: { ...floats('x'), axes: 'int64' as const },
      outputs: ['y'],
      nodes: [node(op, ['x', 'axes'], 'y', { keepdims: 0 })],
    });
    backend.run(op, graph, { x: x!, axes: integers(axes) }, { y: { values: backend.valuesOf(y), shape } });
    return y;
  };

/** Over the last axis. */
const softmax: Kernel = (backend, { logits }, { dim }) => {
  if (!worthwhile(backend, logits!) || dim !== logits!.shape.length - 1) return undefined;
  const y = backend.allocate(logits!.shape);
  const graph = () => ({ inputs: floats('x'), outputs: ['y'], nodes: [node('Softmax', ['x'], 'y', { axis: -1 })] });
  backend.run('Softmax', graph, { x: logits! }, { y });
  return y;
};

export const reductions: KernelTable = {
  Max: reduction('ReduceMax'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Softmax: softmax,
  Sum: reduction('ReduceSum'),
};
