import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from './backend.js';
import { floats, type Kernel, type KernelTable, sizeOf } from './kernel.js';
import { microsoftNode, type Node, node } from './onnx.js';

interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
  activation?: string;
  leakyreluAlpha?: number;
}

/** What TensorFlow.js fuses behind a product, `y` from `sum`; prelu and others stay on its own path. */
const activations: Readonly<Record<string, readonly Node[]>> = {
  linear: [],
  relu: [node('Relu', ['sum'], 'y')],
  sigmoid: [node('Sigmoid', ['sum'], 'y')],
  elu: [node('Elu', ['sum'], 'y')],
};

/** The last two axes, one of them transposed or not, of a product; `undefined` where a product is too small or not float32. */
function productShape(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: MatMulAttributes,
): number[] | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || sizeOf(a) === 0 || sizeOf(b) === 0) return undefined;
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [innerB, columns] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  util.assert(
    inner === innerB,
    () =>
      `Error in matMul: inner shapes (${inner}) and (${innerB}) of tensors with shapes ${a.shape} and ${b.shape} must match.`,
  );
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, rows, columns];
}

/** `a · b` with either transposed, into a tensor that is there. */
export function product(
  backend: OnnxruntimeBackend,
  a: TensorInfo,
  b: TensorInfo,
  y: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): void {
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  const graph = () => ({
    inputs: floats('a', 'b'),
    outputs: ['y'],
    nodes: [microsoftNode('FusedMatMul', ['a', 'b'], 'y', attributes)],
  });
  backend.run(`FusedMatMul ${attributes.transA}${attributes.transB}`, graph, { a, b }, { y });
}

const batchMatMul: Kernel = (backend, { a, b }, attributes) => {
  const { transposeA, transposeB } = attributes as unknown as MatMulAttributes;
  const shape = productShape(a!, b!, attributes as unknown as MatMulAttributes);
  if (!shape || sizeOf({ shape }) * a!.shape.at(-1)! < backend.options.smallTensor) return undefined;
  const y = backend.allocate(shape);
  product(backend, a!, b!, y, transposeA, transposeB);
  return y;
};

const fusedMatMul: Kernel = (backend, { a, b, bias }, attributes) => {
  const { transposeA, transposeB, activation = 'linear' } = attributes as unknown as MatMulAttributes;
  const shape = productShape(a!, b!, attributes as unknown as MatMulAttributes);
  const after = activations[activation];
  if (!shape || !after || (bias && bias.dtype !== 'float32')) return undefined;
  const y = backend.allocate(shape);
  const product = microsoftNode('FusedMatMul', ['a', 'b'], bias ? 'product' : 'sum', {
    transA: Number(transposeA),
    transB: Number(transposeB),
  });
  const nodes = [product, ...(bias ? [node('Add', ['product', 'bias'], 'sum')] : []), ...after];
  const outputs = [after.length > 0 ? 'y' : 'sum'];
  const name = `_FusedMatMul ${activation} ${Number(transposeA)}${Number(transposeB)}${bias ? ' bias' : ''}`;
  backend.run(
    name,
    () => ({ inputs: floats('a', 'b', ...(bias ? ['bias'] : [])), outputs, nodes }),
    { a: a!, b: b!, ...(bias && { bias }) },
    { [outputs[0]!]: y },
  );
  return y;
};

export const matMuls: KernelTable = { BatchMatMul: batchMatMul, _FusedMatMul: fusedMatMul };
