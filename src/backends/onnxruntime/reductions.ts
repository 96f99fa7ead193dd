import { backend_util, util } from '@tensorflow/tfjs-core';
import { type Node, node } from '../../onnx/index.js';
import { floats, integers, type Kernel, type KernelTable, worthwhile } from './kernel.js';

/** Nodes that compute `y` from `x` over `axes`. */
const reduce = (op: string, x = 'x', y = 'y'): Node => node(op, [x, 'axes'], y, { keepdims: 0 });

/** As ONNX Runtime's, but NaN where any of the values is NaN: only then is the sum of their squares NaN. */
const orNaN = (op: string): readonly Node[] => [
  reduce(op, 'x', 'extreme'),
  node('Mul', ['x', 'x'], 'squares'), // faster than ReduceSumSquare by columns
  reduce('ReduceSum', 'squares', 'sum'),
  node('IsNaN', ['sum'], 'isNaN'),
  node('Where', ['isNaN', 'sum', 'extreme'], 'y'),
];

/** Over some axes; an empty list of axes is all of them in TensorFlow.js, as `parseAxisParam` fills in. */
const reduction =
  (name: string, nodes: readonly Node[]): Kernel =>
  (backend, { x }, attributes) => {
    if (!worthwhile(backend, x!)) return undefined;
    const axis = (attributes['axis'] ?? attributes['reductionIndices']) as number | number[];
    const axes = util.parseAxisParam(axis, x!.shape);
    if (axes.length === 0) return undefined;
    const [shape] = backend_util.computeOutAndReduceShapes(x!.shape, axes);
    const y = backend.allocate(attributes['keepDims'] ? backend_util.expandShapeToKeepDim(shape, axes) : shape);
    const graph = () => ({ inputs: { ...floats('x'), axes: 'int64' as const }, outputs: ['y'], nodes });
    backend.run(name, graph, { x: x!, axes: integers(axes) }, { y: { values: backend.valuesOf(y), shape } });
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
  Max: reduction('Max', orNaN('ReduceMax')),
  Mean: reduction('Mean', [reduce('ReduceMean')]),
  Min: reduction('Min', orNaN('ReduceMin')),
  Prod: reduction('Prod', [reduce('ReduceProd')]),
  Softmax: softmax,
  Sum: reduction('Sum', [reduce('ReduceSum')]),
};
