import type * as tf from '@tensorflow/tfjs-core';
import { isBlockWeight, scaleName } from '../ast/parameters.js';
import { type Initializer, type Node, node } from '../onnx/index.js';
import { quantizeWeight, WEIGHT_ZERO } from '../ops/index.js';

/** How the linear layers of the blocks are written: operators, and the tensors that these need. */
export interface LinearLayers {
  /** Nodes that one or more linear layers of `x` share. */
  prepare(x: string): Node[];
  /** Nodes for y = x Wᵀ + b, with the parameters `layer`.weight and, where there is one, `layer`.bias. */
  linear(layer: string, x: string, y: string): Node[];
  /** The tensors that stand for the parameter `name`. */
  initializers(name: string, parameter: tf.Variable): Initializer[];
  /** Tensors that are no parameter's. */
  readonly shared: readonly Initializer[];
}

type Parameters = ReadonlyMap<string, tf.Variable>;

const valuesOf = async (parameter: tf.Variable): Promise<Float32Array<ArrayBuffer>> =>
  (await parameter.data()) as Float32Array<ArrayBuffer>;

const asItIs = (name: string, parameter: tf.Variable): Initializer => ({
  name,
  type: 'float32',
  shape: parameter.shape,
  read: () => valuesOf(parameter),
});

/** `+ b`, where there is a bias; else the product is the result. */
const withBias = (parameters: Parameters, layer: string, product: (y: string) => Node[], y: string): Node[] =>
  parameters.has(`${layer}.bias`)
    ? [...product(`${y}.product`), node('Add', [`${y}.product`, `${layer}.bias`], y)]
    : product(y);

/** Float32 weights, [in, out] as MatMul takes them. */
export const floatLayers = (parameters: Parameters): LinearLayers => ({
  prepare: () => [],
  linear: (layer, x, y) =>
    withBias(parameters, layer, (product) => [node('MatMul', [x, `${layer}.weight`], product)], y),
  initializers(name, parameter) {
    if (!isBlockWeight(name)) return [asItIs(name, parameter)];
    const [out, input] = parameter.shape as [number, number];
    const read = async () => transpose(await valuesOf(parameter), out, input);
    return [{ name, type: 'float32', shape: [input, out], read }];
  },
  shared: [],
});

/**
 * Weights of 8 bits with one scale an output; the inputs are rounded to 8 bits over their range as they come. The operators are
 * those of ONNX Runtime's `quantize_dynamic`. The weights are without a sign, around 128: processors without VNNI add products
 * with a sign in 16 bits, where they overflow, and nobody is told.
 */
export const int8Layers = (parameters: Parameters): LinearLayers => ({
  prepare: (x) => [
    { op: 'DynamicQuantizeLinear', inputs: [x], outputs: [`${x}.uint8`, `${x}.scale`, `${x}.zeroPoint`] },
  ],
  linear: (layer, x, y) =>
    withBias(
      parameters,
      layer,
      (product) => [
        node('MatMulInteger', [`${x}.uint8`, `${layer}.weight`, `${x}.zeroPoint`, 'zeroPoint'], `${product}.int32`),
        node('Cast', [`${product}.int32`], `${product}.unscaled`, { to: 1 }),
        node('Mul', [`${x}.scale`, scaleName(`${layer}.weight`)], `${product}.scale`),
        node('Mul', [`${product}.unscaled`, `${product}.scale`], product),
      ],
      y,
    ),
  initializers(name, parameter) {
    if (!isBlockWeight(name)) return [asItIs(name, parameter)];
    const [out, input] = parameter.shape as [number, number];
    let scale: Float32Array<ArrayBuffer>; // comes with the weight, which is read before
    return [
      {
        name,
        type: 'uint8',
        shape: [input, out],
        async read() {
          const quantized = quantizeWeight(await valuesOf(parameter), out, input);
          scale = quantized.scale as Float32Array<ArrayBuffer>;
          return new Uint8Array(quantized.packed.buffer as ArrayBuffer);
        },
      },
      { name: scaleName(name), type: 'float32', shape: [out], read: async () => scale },
    ];
  },
  shared: [{ name: 'zeroPoint', type: 'uint8', shape: [], read: async () => Uint8Array.of(WEIGHT_ZERO) }],
});

/** [out, in] -> [in, out] */
function transpose(weight: Float32Array, out: number, input: number): Float32Array<ArrayBuffer> {
  const transposed = new Float32Array(weight.length);
  for (let o = 0; o < out; o++) for (let i = 0; i < input; i++) transposed[i * out + o] = weight[o * input + i]!;
  return transposed;
}
