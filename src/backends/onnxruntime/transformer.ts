/** The operations of src/ops, fused: each of them one graph, or one a part that stays in the processor's cache. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Graph, microsoftNode, node } from '../../onnx/index.js';
import type { Operand } from './binding.js';
import { floats, type Kernel, type KernelTable, sizeOf } from './kernel.js';
import { PART, runInParts } from './parts.js';

const rowsOf = (x: TensorInfo): number => sizeOf(x) / x.shape.at(-1)!;

const linear: Kernel = (backend, { x, weight, bias }) => {
  const out = weight!.shape[0]!;
  const y = backend.allocate([...x!.shape.slice(0, -1), out]);
  const rows = rowsOf(x!);
  const matrix = (tensor: TensorInfo, columns: number) => ({
    values: backend.valuesOf(tensor),
    shape: [rows, columns],
  });
  const product = microsoftNode('FusedMatMul', ['x', 'weight'], bias ? 'product' : 'y', { transB: 1 });
  const nodes = bias ? [product, node('Add', ['product', 'bias'], 'y')] : [product];
  const graph = () => ({ inputs: floats('x', 'weight', ...(bias ? ['bias'] : [])), outputs: ['y'], nodes });
  backend.run(
    bias ? 'AstLinear bias' : 'AstLinear',
    graph,
    { x: matrix(x!, x!.shape.at(-1)!), weight: weight!, ...(bias && { bias }) },
    { y: matrix(y, out) },
  );
  return y;
};

const layerNorm: Kernel = (backend, { x, weight, bias }, attributes) => {
  const epsilon = attributes['epsilon'] as number;
  const statistics = [...x!.shape.slice(0, -1), 1];
  const [y, mean, inverse] = [backend.allocate(x!.shape), backend.allocate(statistics), backend.allocate(statistics)];
  const graph = (): Graph => ({
    inputs: floats('x', 'weight', 'bias'),
    outputs: ['y', 'mean', 'inverse'],
    nodes: [
      {
        op: 'LayerNormalization',
        inputs: ['x', 'weight', 'bias'],
        outputs: ['y', 'mean', 'inverse'],
        attributes: { epsilon: { float: epsilon } },
      },
    ],
  });
  backend.run(`AstLayerNorm ${epsilon}`, graph, { x: x!, weight: weight!, bias: bias! }, { y, mean, inverse });
  return [y, mean, inverse];
};

const layerNormGradGraph = (): Graph => ({
  inputs: floats('x', 'mean', 'inverse', 'weight', 'dy'),
  outputs: ['dx'],
  constants: { last: [-1] },
  nodes: [
    node('Sub', ['x', 'mean'], 'centred'),
    node('Mul', ['centred', 'inverse'], 'normalized'),
    node('Mul', ['dy', 'weight'], 'scaled'),
    node('Mul', ['scaled', 'normalized'], 'along'),
    node('ReduceMean', ['along', 'last'], 'meanAlong'),
    node('ReduceMean', ['scaled', 'last'], 'meanScaled'),
    node('Mul', ['normalized', 'meanAlong'], 'projected'),
    node('Sub', ['scaled', 'meanScaled'], 'centredScaled'),
    node('Sub', ['centredScaled', 'projected'], 'difference'),
    node('Mul', ['difference', 'inverse'], 'dx'),
  ],
});

const layerNormGrad: Kernel = (backend, { x, mean, inverseDeviation, weight, dy }) => {
  const dx = backend.allocate(x!.shape);
  const width = x!.shape.at(-1)!;
  const rows = rowsOf(x!);
  const step = Math.max(1, Math.floor(PART / width));
  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row);
    const part = (tensor: TensorInfo, columns: number) => backend.part(tensor, row * columns, [count, columns]);
    const inputs = {
      x: part(x!, width),
      dy: part(dy!, width),
      mean: part(mean!, 1),
      inverse: part(inverseDeviation!, 1),
      weight: weight!,
    };
    backend.run('AstLayerNormGrad', layerNormGradGraph, inputs, { dx: part(dx, width) });
  }
  return dx;
};

const gelu: Kernel = (backend, { x }) => {
  const y = backend.allocate(x!.shape);
  const graph = () => ({ inputs: floats('x'), outputs: ['y'], nodes: [microsoftNode('Gelu', ['x'], 'y')] });
  backend.run('AstGelu', graph, { x: x! }, { y });
  return y;
};

const geluGradGraph = (): Graph => ({
  inputs: floats('x', 'dy'),
  outputs: ['dx'],
  constants: { half: 0.5, minusHalf: -0.5, one: 1, rootHalf: Math.SQRT1_2, density: 1 / Math.sqrt(2 * Math.PI) },
  nodes: [
    node('Mul', ['x', 'rootHalf'], 'scaled'),
    node('Erf', ['scaled'], 'erf'),
    node('Add', ['erf', 'one'], 'shifted'),
    node('Mul', ['shifted', 'half'], 'cdf'),
    node('Mul', ['x', 'x'], 'square'),
    node('Mul', ['square', 'minusHalf'], 'exponent'),
    node('Exp', ['exponent'], 'bell'),
    node('Mul', ['bell', 'density'], 'pdf'),
    node('Mul', ['x', 'pdf'], 'slope'),
    node('Add', ['cdf', 'slope'], 'derivative'),
    node('Mul', ['dy', 'derivative'], 'dx'),
  ],
});

const geluGrad: Kernel = (backend, { x, dy }) => {
  const dx = backend.allocate(x!.shape);
  runInParts(backend, 'AstGeluGrad', geluGradGraph, { x: x!, dy: dy! }, { dx });
  return dx;
};

const adamWGraph = (): Graph => ({
  inputs: floats('p', 'g', 'm', 'v', 'beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'stepSize', 'correction', 'keep'),
  outputs: ['pNew', 'mNew', 'vNew'],
  nodes: [
    node('Mul', ['m', 'beta1'], 'mOld'),
    node('Mul', ['g', 'rest1'], 'mMore'),
    node('Add', ['mOld', 'mMore'], 'mNew'),
    node('Mul', ['v', 'beta2'], 'vOld'),
    node('Mul', ['g', 'g'], 'square'),
    node('Mul', ['square', 'rest2'], 'vMore'),
    node('Add', ['vOld', 'vMore'], 'vNew'),
    node('Sqrt', ['vNew'], 'root'),
    node('Mul', ['root', 'correction'], 'corrected'),
    node('Add', ['corrected', 'epsilon'], 'deviation'),
    node('Div', ['mNew', 'deviation'], 'direction'),
    node('Mul', ['direction', 'stepSize'], 'step'),
    node('Mul', ['p', 'keep'], 'kept'),
    node('Sub', ['kept', 'step'], 'pNew'),
  ],
});

const adamW: Kernel = (backend, { parameter, gradient, moment1, moment2 }, attributes) => {
  const { beta1, beta2, epsilon, stepSize, secondCorrection, keep } = attributes as Record<string, number>;
  const scalar = (value: number | undefined): Operand => ({ values: Float32Array.of(value!), shape: [] });
  const [pNew, mNew, vNew] = [parameter!, parameter!, parameter!].map(({ shape }) => backend.allocate(shape)) as [
    TensorInfo,
    TensorInfo,
    TensorInfo,
  ];
  const scalars = {
    beta1,
    rest1: 1 - beta1!,
    beta2,
    rest2: 1 - beta2!,
    epsilon,
    stepSize,
    correction: secondCorrection,
    keep,
  };
  runInParts(
    backend,
    'AstAdamW',
    adamWGraph,
    { p: parameter!, g: gradient!, m: moment1!, v: moment2! },
    { pNew, mNew, vNew },
    Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, scalar(value)])),
  );
  return [pNew, mNew, vNew];
};

export const transformer: KernelTable = {
  AstAdamW: adamW,
  AstGelu: gelu,
  AstGeluGrad: geluGrad,
  AstLayerNorm: layerNorm,
  AstLayerNormGrad: layerNormGrad,
  AstLinear: linear,
};
