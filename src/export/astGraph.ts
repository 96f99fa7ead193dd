import type { ASTConfig } from '../ast/config.js';
import { type Graph, type Node, node } from '../onnx/index.js';
import type { LinearLayers } from './linearLayers.js';

/** The lowest with LayerNormalization. Gelu, which came with 20, is composed, so that older runtimes load the file too. */
export const OPSET = 17;

const encoder = 'audio_spectrogram_transformer';
const constants = {
  one: 1,
  half: 0.5,
  rootTwo: Math.SQRT2,
  channelAxis: [1],
  tokenAxis: [1],
  firstToken: [0],
  afterTwoTokens: [2],
  oneByOne: [1, 1],
  flatPatches: [0, 0, -1],
};

/** The forward pass of `src/ast/layers.ts` as one graph: input_values [batch, frames, bins] -> logits [batch, labels]. */
export function astGraph(config: ASTConfig, labels: number, layers: LinearLayers): Graph {
  const { hiddenSize: hidden, numAttentionHeads: heads, numHiddenLayers } = config;
  const blockOutputs = Array.from({ length: numHiddenLayers }, (_, i) => `block${i}`);
  return {
    inputs: { input_values: 'float32' },
    outputs: ['logits'],
    shapes: { input_values: ['batch', config.maxLength, config.numMelBins], logits: ['batch', labels] },
    constants: {
      ...constants,
      queryFactor: (hidden / heads) ** -0.5,
      splitHeads: [0, 0, heads, hidden / heads],
      mergeHeads: [0, 0, hidden],
    },
    nodes: [
      ...embedNodes(config, 'input_values', 'embedded'),
      ...blockOutputs.flatMap((y, i) => blockNodes(i, config, layers, blockOutputs[i - 1] ?? 'embedded', y)),
      ...headNodes(config, blockOutputs.at(-1)!, 'logits'),
    ],
  };
}

/** [batch, frames, bins] -> [batch, 2 + patches, hidden] */
function embedNodes({ frequencyStride, timeStride, patchSize }: ASTConfig, x: string, y: string): Node[] {
  const embeddings = `${encoder}.embeddings`;
  const projection = `${embeddings}.patch_embeddings.projection`;
  return [
    node('Transpose', [x], 'frequencyFirst', { perm: [0, 2, 1] }),
    node('Unsqueeze', ['frequencyFirst', 'channelAxis'], 'image'), // [batch, 1, bins, frames]
    node('Conv', ['image', `${projection}.weight`, `${projection}.bias`], 'grid', {
      kernel_shape: [patchSize, patchSize],
      strides: [frequencyStride, timeStride],
    }),
    node('Reshape', ['grid', 'flatPatches'], 'columns'), // [batch, hidden, patches]
    node('Transpose', ['columns'], 'patches', { perm: [0, 2, 1] }),
    node('Shape', [x], 'batch', { start: 0, end: 1 }),
    node('Concat', ['batch', 'oneByOne'], 'perClip', { axis: 0 }), // [batch, 1, 1]
    node('Expand', [`${embeddings}.cls_token`, 'perClip'], 'clsTokens'),
    node('Expand', [`${embeddings}.distillation_token`, 'perClip'], 'distillationTokens'),
    node('Concat', ['clsTokens', 'distillationTokens', 'patches'], 'tokens', { axis: 1 }),
    node('Add', ['tokens', `${embeddings}.position_embeddings`], y),
  ];
}

/** A pre-norm transformer block: [batch, tokens, hidden] -> the same. */
function blockNodes(i: number, config: ASTConfig, { prepare, linear }: LinearLayers, x: string, y: string): Node[] {
  const layer = `${encoder}.encoder.layer.${i}`;
  const at = (name: string): string => `${y}.${name}`;
  return [
    norm(config, `${layer}.layernorm_before`, x, at('before')),
    ...prepare(at('before')),
    ...['query', 'key', 'value'].flatMap((part) =>
      linear(`${layer}.attention.attention.${part}`, at('before'), at(part)),
    ),
    ...attentionNodes(at),
    ...prepare(at('attended')),
    ...linear(`${layer}.attention.output.dense`, at('attended'), at('attentionOutput')),
    node('Add', [at('attentionOutput'), x], at('middle')),
    norm(config, `${layer}.layernorm_after`, at('middle'), at('after')),
    ...prepare(at('after')),
    ...linear(`${layer}.intermediate.dense`, at('after'), at('intermediate')),
    ...geluNodes(at),
    ...prepare(at('activated')),
    ...linear(`${layer}.output.dense`, at('activated'), at('output')),
    node('Add', [at('output'), at('middle')], y),
  ];
}

/** softmax(q kᵀ / √dim) v of each head. */
function attentionNodes(at: (name: string) => string): Node[] {
  const split = (x: string, perm: number[]): Node[] => [
    node('Reshape', [at(x), 'splitHeads'], at(`${x}Heads`)), // [batch, tokens, heads, dim]
    node('Transpose', [at(`${x}Heads`)], at(`${x}PerHead`), { perm }),
  ];
  return [
    ...split('query', [0, 2, 1, 3]),
    ...split('key', [0, 2, 3, 1]),
    ...split('value', [0, 2, 1, 3]),
    node('Mul', [at('queryPerHead'), 'queryFactor'], at('scaledQuery')),
    node('MatMul', [at('scaledQuery'), at('keyPerHead')], at('scores')), // [batch, heads, tokens, tokens]
    node('Softmax', [at('scores')], at('probabilities'), { axis: -1 }),
    node('MatMul', [at('probabilities'), at('valuePerHead')], at('attendedPerHead')),
    node('Transpose', [at('attendedPerHead')], at('attendedHeads'), { perm: [0, 2, 1, 3] }),
    node('Reshape', [at('attendedHeads'), 'mergeHeads'], at('attended')),
  ];
}

/** x (1 + erf(x / √2)) / 2, written as PyTorch's exporter does: ONNX Runtime makes one operator of it. */
const geluNodes = (at: (name: string) => string): Node[] => [
  node('Div', [at('intermediate'), 'rootTwo'], at('scaled')),
  node('Erf', [at('scaled')], at('erf')),
  node('Add', [at('erf'), 'one'], at('shifted')),
  node('Mul', [at('intermediate'), at('shifted')], at('doubled')),
  node('Mul', [at('doubled'), 'half'], at('activated')),
];

/** Mean of the first two tokens after the last norm, then the classifier: [batch, tokens, hidden] -> [batch, labels]. */
const headNodes = (config: ASTConfig, x: string, y: string): Node[] => [
  node('Slice', [x, 'firstToken', 'afterTwoTokens', 'tokenAxis'], 'twoTokens'),
  norm(config, `${encoder}.layernorm`, 'twoTokens', 'normalized'),
  node('ReduceMean', ['normalized'], 'pooled', { axes: [1], keepdims: 0 }),
  norm(config, 'classifier.layernorm', 'pooled', 'head'),
  node('Gemm', ['head', 'classifier.dense.weight', 'classifier.dense.bias'], y, { transB: 1 }),
];

const norm = ({ layerNormEps }: ASTConfig, parameters: string, x: string, y: string): Node =>
  node('LayerNormalization', [x, `${parameters}.weight`, `${parameters}.bias`], y, {
    axis: -1,
    epsilon: { float: layerNormEps },
  });
