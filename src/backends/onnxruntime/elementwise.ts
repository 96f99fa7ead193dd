import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { floats, type Kernel, type KernelTable, sizeOf, worthwhile } from './kernel.js';
import { type Node, node } from './onnx.js';

/** `y` from `x`. What is missing here (expm1, log1p, pow, …) ONNX has not, or with other values at 0, infinity or NaN. */
const unaryGraphs: Readonly<Record<string, readonly Node[]>> = {
  Abs: [node('Abs', ['x'], 'y')],
  Ceil: [node('Ceil', ['x'], 'y')],
  Cos: [node('Cos', ['x'], 'y')],
  Erf: [node('Erf', ['x'], 'y')],
  Exp: [node('Exp', ['x'], 'y')],
  Floor: [node('Floor', ['x'], 'y')],
  Log: [node('Log', ['x'], 'y')],
  Neg: [node('Neg', ['x'], 'y')],
  Reciprocal: [node('Reciprocal', ['x'], 'y')],
  Relu: [node('Relu', ['x'], 'y')],
  Round: [node('Round', ['x'], 'y')],
  Rsqrt: [node('Sqrt', ['x'], 'root'), node('Reciprocal', ['root'], 'y')],
  Sigmoid: [node('Sigmoid', ['x'], 'y')],
  Sin: [node('Sin', ['x'], 'y')],
  Sqrt: [node('Sqrt', ['x'], 'y')],
  Square: [node('Mul', ['x', 'x'], 'y')],
  Tanh: [node('Tanh', ['x'], 'y')],
};

/** `y` from `a` and `b`, with broadcasting. */
const binaryGraphs: Readonly<Record<string, readonly Node[]>> = {
  Add: [node('Add', ['a', 'b'], 'y')],
  Maximum: [node('Max', ['a', 'b'], 'y')],
  Minimum: [node('Min', ['a', 'b'], 'y')],
  Multiply: [node('Mul', ['a', 'b'], 'y')],
  RealDiv: [node('Div', ['a', 'b'], 'y')],
  SquaredDifference: [node('Sub', ['a', 'b'], 'difference'), node('Mul', ['difference', 'difference'], 'y')],
  Sub: [node('Sub', ['a', 'b'], 'y')],
};

const unary =
  (name: string, nodes: readonly Node[]): Kernel =>
  (backend, { x }) => {
    if (!worthwhile(backend, x!)) return undefined;
    const y = backend.allocate(x!.shape);
    const flat = { values: backend.valuesOf(y), shape: [sizeOf(y)] };
    backend.run(
      name,
      () => ({ inputs: floats('x'), outputs: ['y'], nodes }),
      { x: { ...flat, values: backend.valuesOf(x!) } },
      { y: flat },
    );
    return y;
  };

const binary =
  (name: string, nodes: readonly Node[]): Kernel =>
  (backend, { a, b }) => {
    if (!worthwhile(backend, a!, b!)) return undefined;
    const y = backend.allocate(backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape));
    backend.run(name, () => ({ inputs: floats('a', 'b'), outputs: ['y'], nodes }), { a: a!, b: b! }, { y });
    return y;
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

const mapTable = (graphs: typeof unaryGraphs, make: typeof unary): KernelTable =>
  Object.fromEntries(Object.entries(graphs).map(([name, nodes]) => [name, make(name, nodes)]));

export const elementwise: KernelTable = {
  ...mapTable(unaryGraphs, unary),
  ...mapTable(binaryGraphs, binary),
  AddN: addN,
};
