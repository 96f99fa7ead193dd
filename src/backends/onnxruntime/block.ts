import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Graph, microsoftNode, type Node, node } from '../../onnx/index.js';
import { floats, type Kernel, type KernelTable } from './kernel.js';
import { quantizedProduct, unpackWeight, weightZero } from './quantized.js';

/** Rows that a call works on: enough for the products, few enough for the processor's cache. */
const ROWS = 1024;

type Linear = 'query' | 'key' | 'value' | 'attentionOutput' | 'intermediate' | 'output';
type Norm = 'layernormBefore' | 'layernormAfter';

/** A whole block as one graph: the weights go in, only the block's result comes out. */
function blockGraph(given: ReadonlySet<string>, heads: number, epsilon: number): Graph {
  const norm = (name: Norm, x: string): Node => ({
    op: 'LayerNormalization',
    inputs: [x, `${name}.weight`, `${name}.bias`],
    outputs: [name],
    attributes: { epsilon: { float: epsilon } },
  });
  const linear = (name: Linear, x: string): Node[] => {
    const [weight, bias, scale] = ['weight', 'bias', 'scale'].map((part) => `${name}.${part}`) as [
      string,
      string,
      string,
    ];
    const biases = given.has(bias) ? [bias] : [];
    if (given.has(scale)) return [quantizedProduct(x, weight, scale, biases[0], name)];
    const product = (y: string) => microsoftNode('FusedMatMul', [x, weight], y, { transB: 1 });
    if (biases.length === 0) return [product(name)];
    return [product(`${name}.product`), node('Add', [`${name}.product`, bias], name)];
  };
  const is8Bit = (name: string) => name.endsWith('.weight') && given.has(name.replace('.weight', '.scale'));
  return {
    inputs: { ...floats(...given), ...Object.fromEntries([...given].filter(is8Bit).map((name) => [name, 'uint8'])) },
    ...([...given].some(is8Bit) && { constants: weightZero }),
    outputs: ['y'],
    nodes: [
      norm('layernormBefore', 'x'),
      ...(['query', 'key', 'value'] as const).flatMap((name) => linear(name, 'layernormBefore')),
      microsoftNode('MultiHeadAttention', ['query', 'key', 'value'], 'attended', { num_heads: heads }),
      ...linear('attentionOutput', 'attended'),
      node('Add', ['x', 'attentionOutput'], 'middle'),
      norm('layernormAfter', 'middle'),
      ...linear('intermediate', 'layernormAfter'),
      microsoftNode('Gelu', ['intermediate'], 'activated'),
      ...linear('output', 'activated'),
      node('Add', ['middle', 'output'], 'y'),
    ],
  };
}

const block: Kernel = (backend, { x, ...weights }, attributes) => {
  const { heads, epsilon } = attributes as { heads: number; epsilon: number };
  const [batch, tokens, hidden] = x!.shape as [number, number, number];
  const given = new Set(['x', ...Object.keys(weights)]);
  const isQuantized = [...given].some((name) => name.endsWith('.scale'));
  const operands = Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [
      name,
      weight!.dtype === 'int32' ? unpackWeight(backend, weight!) : weight!,
    ]),
  );
  const y = backend.allocate(x!.shape);
  // int8 rounds the inputs item by item, so that a clip gives the same whatever stands beside it in the batch.
  const items = isQuantized ? 1 : Math.max(1, Math.floor(ROWS / tokens));
  for (let item = 0; item < batch; item += items) {
    const count = Math.min(items, batch - item);
    const part = (tensor: TensorInfo) => backend.part(tensor, item * tokens * hidden, [count, tokens, hidden]);
    backend.run(
      `AstTransformerBlock ${heads} ${epsilon} ${[...given].sort().join()}`,
      () => blockGraph(given, heads, epsilon),
      { x: part(x!), ...operands },
      { y: part(y) },
      // What is between the operations is the graph's own, and kept for the next block.
      { keepMemory: true },
    );
  }
  return y;
};

export const blocks: KernelTable = { AstTransformerBlock: block };
