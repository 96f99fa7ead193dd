import type * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../random.js';
import { type ASTConfig, patchGrid } from './config.js';

export interface LinearParameters {
  weight: tf.Tensor; // [out, in], or packed int8 where there is a scale
  bias: tf.Tensor | undefined; // [out]
  scale?: tf.Tensor | undefined; // [out]
  lora?: LoraParameters | undefined;
}

/** What is added to a linear layer: scaling · B · A · dropout(x). */
export interface LoraParameters {
  a: tf.Tensor; // [rank, in]
  b: tf.Tensor; // [out, rank]
  scaling: number;
  dropout: number;
}

/** What lies over a model's parameters and leaves them as they are. Made by `addLora` and `loadLora`. */
export interface Adapter {
  /**
   * By name: low-rank matrices of a linear layer (`LAYER.lora_A.weight` [rank, in], `LAYER.lora_B.weight` [out, rank]), and
   * parameters that stand in for the model's own of the same name.
   */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** Factor of the low-rank products. */
  readonly scaling: number;
  /** Share of the input that low-rank products lose in training, [0, 1). */
  readonly dropout: number;
}

export interface LayerNormParameters {
  weight: tf.Tensor; // [dim]
  bias: tf.Tensor; // [dim]
}

export interface BlockParameters {
  layernormBefore: LayerNormParameters;
  query: LinearParameters;
  key: LinearParameters;
  value: LinearParameters;
  attentionOutput: LinearParameters;
  layernormAfter: LayerNormParameters;
  intermediate: LinearParameters;
  output: LinearParameters;
}

export interface ASTParameters {
  clsToken: tf.Tensor; // [1, 1, hidden]
  distillationToken: tf.Tensor; // [1, 1, hidden]
  positionEmbeddings: tf.Tensor; // [1, tokens, hidden]
  patchProjection: LinearParameters; // weight [hidden, 1, patch, patch]
  blocks: BlockParameters[];
  layernorm: LayerNormParameters;
  classifierLayernorm: LayerNormParameters;
  classifier: LinearParameters; // weight [labels, hidden]
}

const encoder = 'audio_spectrogram_transformer';
const embeddings = `${encoder}.embeddings`;
export const positionEmbeddingsName = `${embeddings}.position_embeddings`;

/** Where the scale of an int8 weight is kept beside it. */
export const scaleName = (weight: string): string => `${weight}_scale`;

/** The low-rank matrices A and B of a linear layer, as PEFT calls them. */
export const loraNames = (layer: string): [a: string, b: string] => [
  `${layer}.lora_A.weight`,
  `${layer}.lora_B.weight`,
];

/** The weights of the blocks' linear layers: what int8 and LoRA apply to. The rest is small, or decides directly. */
export const isBlockWeight = (name: string): boolean =>
  /\.encoder\.layer\..*(query|key|value|dense)\.weight$/.test(name);

/** The part of the model that a parameter belongs to; a number is a block. */
export function partOf(name: string): 'embeddings' | number | 'layernorm' | 'classifier' {
  if (name.startsWith(`${embeddings}.`)) return 'embeddings';
  const block = /\.encoder\.layer\.(\d+)\./.exec(name);
  if (block) return Number(block[1]);
  return name.startsWith(`${encoder}.`) ? 'layernorm' : 'classifier';
}

/** The part of the head that is new when the labels are. */
export const headNames: readonly string[] = ['classifier.dense.weight', 'classifier.dense.bias'];

/** Every parameter of a checkpoint, name to shape, in the order Hugging Face writes them. */
export function parameterShapes(config: ASTConfig, numLabels: number): Map<string, number[]> {
  const { hiddenSize: hidden, intermediateSize: intermediate, patchSize: patch } = config;
  const grid = patchGrid(config);
  const shapes = new Map<string, number[]>([
    [`${embeddings}.cls_token`, [1, 1, hidden]],
    [`${embeddings}.distillation_token`, [1, 1, hidden]],
    [positionEmbeddingsName, [1, grid.frequency * grid.time + 2, hidden]],
    [`${embeddings}.patch_embeddings.projection.weight`, [hidden, 1, patch, patch]],
    [`${embeddings}.patch_embeddings.projection.bias`, [hidden]],
  ]);
  const linear = (name: string, out: number, input: number, bias = true): void => {
    shapes.set(`${name}.weight`, [out, input]);
    if (bias) shapes.set(`${name}.bias`, [out]);
  };
  const norm = (name: string): void => {
    shapes.set(`${name}.weight`, [hidden]);
    shapes.set(`${name}.bias`, [hidden]);
  };
  for (let i = 0; i < config.numHiddenLayers; i++) {
    const block = `${encoder}.encoder.layer.${i}`;
    for (const part of ['query', 'key', 'value'])
      linear(`${block}.attention.attention.${part}`, hidden, hidden, config.qkvBias);
    linear(`${block}.attention.output.dense`, hidden, hidden);
    linear(`${block}.intermediate.dense`, intermediate, hidden);
    linear(`${block}.output.dense`, hidden, intermediate);
    norm(`${block}.layernorm_before`);
    norm(`${block}.layernorm_after`);
  }
  norm(`${encoder}.layernorm`);
  norm('classifier.layernorm');
  linear('classifier.dense', numLabels, hidden);
  return shapes;
}

/** The named parameters as a typed tree, for the layers; an adapter's lie over them. */
export function parameterTree(
  own: ReadonlyMap<string, tf.Tensor>,
  config: ASTConfig,
  adapter?: Adapter,
): ASTParameters {
  const parameters = adapter ? new Map<string, tf.Tensor>([...own, ...adapter.parameters]) : own;
  const get = (name: string): tf.Tensor => parameters.get(name)!;
  const lora = (name: string): LoraParameters | undefined => {
    const [a, b] = loraNames(name).map((matrix) => parameters.get(matrix));
    return adapter && a && b && { a, b, scaling: adapter.scaling, dropout: adapter.dropout };
  };
  const linear = (name: string): LinearParameters => ({
    weight: get(`${name}.weight`),
    bias: parameters.get(`${name}.bias`),
    scale: parameters.get(scaleName(`${name}.weight`)),
    lora: lora(name),
  });
  const norm = (name: string): LayerNormParameters => ({ weight: get(`${name}.weight`), bias: get(`${name}.bias`) });
  return {
    clsToken: get(`${embeddings}.cls_token`),
    distillationToken: get(`${embeddings}.distillation_token`),
    positionEmbeddings: get(positionEmbeddingsName),
    patchProjection: linear(`${embeddings}.patch_embeddings.projection`),
    blocks: Array.from({ length: config.numHiddenLayers }, (_, i) => {
      const block = `${encoder}.encoder.layer.${i}`;
      return {
        layernormBefore: norm(`${block}.layernorm_before`),
        query: linear(`${block}.attention.attention.query`),
        key: linear(`${block}.attention.attention.key`),
        value: linear(`${block}.attention.attention.value`),
        attentionOutput: linear(`${block}.attention.output.dense`),
        layernormAfter: norm(`${block}.layernorm_after`),
        intermediate: linear(`${block}.intermediate.dense`),
        output: linear(`${block}.output.dense`),
      };
    }),
    layernorm: norm(`${encoder}.layernorm`),
    classifierLayernorm: norm('classifier.layernorm'),
    classifier: linear('classifier.dense'),
  };
}

/**
 * New values for a parameter: scales 1, biases 0, everything else normal with standard deviation `initializerRange`,
 * redrawn beyond two deviations, as timm does for the model of the AST authors (transformers starts tokens and
 * positions at 0). Each parameter has its own stream, so that it does not depend on the others.
 */
export function initialValues(name: string, shape: readonly number[], config: ASTConfig, random: Random): Float32Array {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  if (name.endsWith('.bias')) return values;
  if (/layernorm\w*\.weight$/.test(name)) return values.fill(1);
  const stream = random.fork(name);
  for (let i = 0; i < values.length; i++) {
    let value = stream.normal();
    while (Math.abs(value) > 2) value = stream.normal();
    values[i] = value * config.initializerRange;
  }
  return values;
}
