import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { type Graph, node } from '../../onnx/index.js';
import { floats, type Kernel, type KernelAttributes, type KernelTable, sizeOf, worthwhile } from './kernel.js';
import { PART, runInParts } from './parts.js';

/** `y` from `x`, one operator each. */
const unaryOperators: Readonly<Record<string, string>> = {
  Abs: 'Abs',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Elu: 'Elu',
  Exp: 'Exp',
  Floor: 'Floor',
  Log: 'Log',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Round: 'Round',
  Sigmoid: 'Sigmoid',
  Sin: 'Sin',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
};

type Steps = Pick<Graph, 'nodes' | 'constants'>;

/** `y` from `x` in several steps. */
const unaryGraphs: Readonly<Record<string, Steps>> = {
  // ONNX Runtime before 1.27 gives 1 for NaN.
  Erf: {
    nodes: [node('IsNaN', ['x'], 'isNaN'), node('Erf', ['x'], 'erf'), node('Where', ['isNaN', 'x', 'erf'], 'y')],
  },
  // 2 tanh(x / 2) / (1 - tanh(x / 2)) where eˣ - 1 would lose digits.
  Expm1: {
    constants: { half: 0.5, one: 1 },
    nodes: [
      node('Mul', ['x', 'half'], 'halved'),
      node('Tanh', ['halved'], 't'),
      node('Add', ['t', 't'], 'twice'),
      node('Sub', ['one', 't'], 'rest'),
      node('Div', ['twice', 'rest'], 'near'),
      node('Exp', ['x'], 'exp'),
      node('Sub', ['exp', 'one'], 'far'),
      node('Abs', ['x'], 'size'),
      node('Less', ['size', 'one'], 'isNear'),
      node('Where', ['isNear', 'near', 'far'], 'y'),
    ],
  },
  // log(1 + x) · x / ((1 + x) - 1): what rounding takes from 1 + x is lost in both, and 0 / 0 is left out.
  Log1p: {
    constants: { one: 1, half: 0.5, zero: 0 },
    nodes: [
      node('Add', ['x', 'one'], 'shifted'),
      node('Log', ['shifted'], 'far'),
      node('Sub', ['shifted', 'one'], 'rounded'),
      node('Div', ['x', 'rounded'], 'correction'),
      node('Mul', ['far', 'correction'], 'corrected'),
      node('Equal', ['rounded', 'zero'], 'isTiny'),
      node('Where', ['isTiny', 'x', 'corrected'], 'near'),
      node('Abs', ['x'], 'size'),
      node('Less', ['size', 'half'], 'isNear'),
      node('Where', ['isNear', 'near', 'far'], 'y'),
    ],
  },
  Rsqrt: { nodes: [node('Sqrt', ['x'], 'root'), node('Reciprocal', ['root'], 'y')] },
  // TensorFlow.js gives 0 for the sign of NaN.
  Sign: {
    constants: { zero: 0 },
    nodes: [node('IsNaN', ['x'], 'isNaN'), node('Sign', ['x'], 'sign'), node('Where', ['isNaN', 'zero', 'sign'], 'y')],
  },
  Square: { nodes: [node('Mul', ['x', 'x'], 'y')] },
};

/** `y` from `a` and `b`, with broadcasting. */
const binaryGraphs: Readonly<Record<string, Steps>> = {
  Add: { nodes: [node('Add', ['a', 'b'], 'y')] },
  Maximum: { nodes: [node('Max', ['a', 'b'], 'y')] },
  Minimum: { nodes: [node('Min', ['a', 'b'], 'y')] },
  Multiply: { nodes: [node('Mul', ['a', 'b'], 'y')] },
  RealDiv: { nodes: [node('Div', ['a', 'b'], 'y')] },
  SquaredDifference: { nodes: [node('Sub', ['a', 'b'], 'difference'), node('Mul', ['difference', 'difference'], 'y')] },
  Sub: { nodes: [node('Sub', ['a', 'b'], 'y')] },
};

/** Truth values from `a` and `b`, with broadcasting. */
const comparisonGraphs: Readonly<Record<string, Steps>> = {
  Equal: { nodes: [node('Equal', ['a', 'b'], 'y')] },
  Greater: { nodes: [node('Greater', ['a', 'b'], 'y')] },
  GreaterEqual: { nodes: [node('GreaterOrEqual', ['a', 'b'], 'y')] },
  Less: { nodes: [node('Less', ['a', 'b'], 'y')] },
  LessEqual: { nodes: [node('LessOrEqual', ['a', 'b'], 'y')] },
  NotEqual: { nodes: [node('Equal', ['a', 'b'], 'equal'), node('Not', ['equal'], 'y')] },
};

/**
 * A function of `x`: several steps part by part, one step on the whole, as it leaves nothing in the cache for another.
 *
 * @param scalarsOf parameters that the graph takes as inputs, from the kernel's attributes
 */
export const unary =
  (
    name: string,
    steps: Steps,
    scalarsOf: (attributes: KernelAttributes) => Record<string, number> = () => ({}),
  ): Kernel =>
  (backend, { x }, attributes) => {
    if (!worthwhile(backend, x!)) return undefined;
    const scalars = Object.entries(scalarsOf(attributes));
    const y = backend.allocate(x!.shape);
    const graph = () => ({ inputs: floats('x', ...scalars.map(([key]) => key)), outputs: ['y'], ...steps });
    const operands = scalars.map(([key, value]) => [key, { values: Float32Array.of(value), shape: [] }]);
    const length = steps.nodes.length > 1 ? PART : sizeOf(y);
    runInParts(backend, name, graph, { x: x! }, { y }, Object.fromEntries(operands), length);
    return y;
  };

const broadcast =
  (name: string, steps: Steps, dtype: 'float32' | 'bool' = 'float32'): Kernel =>
  (backend, { a, b }) => {
    if (!worthwhile(backend, a!, b!)) return undefined;
    const y = backend.allocate(backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape), dtype);
    backend.run(name, () => ({ inputs: floats('a', 'b'), outputs: ['y'], ...steps }), { a: a!, b: b! }, { y });
    return y;
  };

/** Only for one finite exponent: C and JavaScript do not agree on powers of 1 to NaN and of -1 to infinity. */
const pow: Kernel = (backend, { a, b }) => {
  if (!worthwhile(backend, a!, b!)) return undefined;
  const exponent = backend.valuesOf(b!);
  if (exponent.length !== 1 || !Number.isFinite(exponent[0])) return undefined;
  return broadcast('Pow', { nodes: [node('Pow', ['a', 'b'], 'y')] })(backend, { a: a!, b: b! }, {});
};

/** The sum of tensors of one shape; TensorFlow.js hands them over as a list. */
const addN: Kernel = (backend, inputs) => {
  const terms = Object.values(inputs) as TensorInfo[];
  if (!worthwhile(backend, ...terms)) return undefined;
  const names = terms.map((_, i) => `x${i}`);
  const y = backend.allocate(terms[0]!.shape);
  backend.run(
    `AddN ${terms.length}`,
    () => ({ inputs: floats(...names), outputs: ['y'], nodes: [node('Sum', names, 'y')] }),
    Object.fromEntries(terms.map((term, i) => [names[i]!, term])),
    { y },
  );
  return y;
};

/** `t` where `condition` holds, else `e`. */
const select: Kernel = (backend, { condition, t, e }) => {
  if (!worthwhile(backend, t!, e!) || condition!.dtype !== 'bool') return undefined;
  if (String(condition!.shape) !== String(t!.shape)) return undefined;
  const y = backend.allocate(t!.shape);
  const graph = () => ({
    inputs: { condition: 'bool' as const, ...floats('t', 'e') },
    outputs: ['y'],
    nodes: [node('Where', ['condition', 't', 'e'], 'y')],
  });
  backend.run('Select', graph, { condition: condition!, t: t!, e: e! }, { y });
  return y;
};

const mapTable = <T>(table: Readonly<Record<string, T>>, make: (name: string, entry: T) => Kernel): KernelTable =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, make(name, entry)]));

export const elementwise: KernelTable = {
  ...mapTable(unaryOperators, (name, op) => unary(name, { nodes: [node(op, ['x'], 'y')] })),
  ...mapTable(unaryGraphs, (name, steps) => unary(name, steps)),
  ...mapTable(binaryGraphs, (name, steps) => broadcast(name, steps)),
  ...mapTable(comparisonGraphs, (name, steps) => broadcast(name, steps, 'bool')),
  AddN: addN,
  Pow: pow,
  Select: select,
};
