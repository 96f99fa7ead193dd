import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Graph, microsoftNode, node } from '../../onnx/index.js';
import { floats, type Kernel, type KernelTable } from './kernel.js';

/** Heads whose [tokens, tokens] matrices are worked on at a time in the backward pass: they stay in the cache. */
const HEADS_AT_A_TIME = 4;

/** Fused in ONNX Runtime: no [tokens, tokens] matrix in memory. */
const attention: Kernel = (backend, { query, key, value }, attributes) => {
  const heads = attributes['heads'] as number;
  const y = backend.allocate(query!.shape);
  const graph = () => ({
    inputs: floats('q', 'k', 'v'),
    outputs: ['y'],
    nodes: [microsoftNode('MultiHeadAttention', ['q', 'k', 'v'], 'y', { num_heads: heads })],
  });
  backend.run(`AstAttention ${heads}`, graph, { q: query!, k: key!, v: value! }, { y });
  return y;
};

/** [tokens, heads, dim] -> [heads, tokens, dim], or the other way round: it swaps the first two axes. */
const swap = (names: readonly string[]): Graph => ({
  inputs: floats(...names),
  outputs: names.map((name) => `${name}Swapped`),
  nodes: names.map((name) => node('Transpose', [name], `${name}Swapped`, { perm: [1, 0, 2] })),
});

/** All gradients of some heads: q, k, v and dy [heads, tokens, dim] to dq, dk and dv. */
const gradients = (scale: number): Graph => ({
  inputs: floats('q', 'k', 'v', 'dy'),
  outputs: ['dq', 'dk', 'dv'],
  constants: { last: [-1] },
  nodes: [
    microsoftNode('FusedMatMul', ['q', 'k'], 'scores', { transB: 1, alpha: { float: scale } }),
    node('Softmax', ['scores'], 'p', { axis: -1 }),
    microsoftNode('FusedMatMul', ['p', 'dy'], 'dv', { transA: 1 }),
    microsoftNode('FusedMatMul', ['dy', 'v'], 'dp', { transB: 1 }),
    node('Mul', ['dp', 'p'], 'weighted'),
    node('ReduceSum', ['weighted', 'last'], 'total'),
    node('Sub', ['dp', 'total'], 'centred'),
    node('Mul', ['p', 'centred'], 'dScores'),
    microsoftNode('FusedMatMul', ['dScores', 'k'], 'dq', { alpha: { float: scale } }),
    microsoftNode('FusedMatMul', ['dScores', 'q'], 'dk', { transA: 1, alpha: { float: scale } }),
  ],
});

const attentionGrad: Kernel = (backend, { query, key, value, dy }, attributes) => {
  const heads = attributes['heads'] as number;
  const [batch, tokens, width] = query!.shape as [number, number, number];
  const dim = width / heads;
  const inputs = { q: query!, k: key!, v: value!, dy: dy! };
  const outputs = {
    dq: backend.allocate(query!.shape),
    dk: backend.allocate(query!.shape),
    dv: backend.allocate(query!.shape),
  };
  const scratch = () => backend.allocate([heads, tokens, dim]);
  const byHead: Record<string, TensorInfo> = {
    q: scratch(),
    k: scratch(),
    v: scratch(),
    dy: scratch(),
    dq: scratch(),
    dk: scratch(),
    dv: scratch(),
  };
  const inNames = Object.keys(inputs);
  const outNames = Object.keys(outputs);

  for (let item = 0; item < batch; item++) {
    const ofItem = (tensor: TensorInfo) => backend.part(tensor, item * tokens * width, [tokens, heads, dim]);
    const named = (
      tensors: Record<string, TensorInfo>,
      of: (tensor: TensorInfo) => ReturnType<typeof ofItem>,
      suffix = '',
    ) => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name + suffix, of(tensor)]));
    const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, byHead[name]!]));
    const whole = (tensor: TensorInfo) => backend.part(tensor, 0, [heads, tokens, dim]);

    backend.run(
      'AstAttentionGrad split',
      () => swap(inNames),
      named(inputs, ofItem),
      named(pick(inNames), whole, 'Swapped'),
    );
    for (let head = 0; head < heads; head += HEADS_AT_A_TIME) {
      const some = (tensor: TensorInfo) =>
        backend.part(tensor, head * tokens * dim, [Math.min(HEADS_AT_A_TIME, heads - head), tokens, dim]);
      backend.run(
        `AstAttentionGrad ${dim}`,
        () => gradients(dim ** -0.5),
        named(pick(inNames), some),
        named(pick(outNames), some),
      );
    }
    backend.run(
      'AstAttentionGrad merge',
      () => swap(outNames),
      named(pick(outNames), whole),
      named(outputs, ofItem, 'Swapped'),
    );
  }
  for (const tensor of Object.values(byHead)) backend.disposeIntermediateTensorInfo(tensor);
  return Object.values(outputs);
};

export const attentions: KernelTable = { AstAttention: attention, AstAttentionGrad: attentionGrad };
