/**
 * Convolutions of TensorFlow.js (channels last, filter [height, width, in, out]) as those of ONNX (channels first, filter
 * [out, in, height, width]); the transposes are part of the graph. A depthwise filter is [height, width, in, multiplier]
 * there and [in · multiplier, 1, height, width] here, with a group for each channel of the input.
 */
import { backend_util } from '@tensorflow/tfjs-core';
import { chain, type Node, node, type Step } from '../../onnx/index.js';
import { fusionOf } from './activations.js';
import {
  channelsFirst,
  channelsLast,
  type Geometry,
  geometryOf,
  permute,
  reshape,
  type Shape4D,
  unreached,
} from './geometry.js';
import { floats, type Kernel, type KernelAttributes, type KernelTable, worthwhile } from './kernel.js';

interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat?: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: number | [number, number];
}

const swapFirst = permute(1, 0, 2, 3);

interface Convolution {
  /** Tells it from others, in the name of a graph. */
  name: string;
  info: backend_util.Conv2DInfo;
  /** Attributes of ONNX. */
  geometry: Geometry & { group: number };
  /** The filter as ONNX has it. */
  filter: Node[];
  constants: Record<string, number[]>;
}

/** What ONNX needs to know; `undefined` for what stays with TensorFlow.js: channels first, in groups, sizes rounded up. */
function convolution(
  input: readonly number[],
  filter: readonly number[],
  attributes: KernelAttributes,
  depthwise: boolean,
): Convolution | undefined {
  const { strides, pad, dataFormat, dimRoundingMode, dilations } = attributes as unknown as ConvolutionAttributes;
  if ((dataFormat ?? 'NHWC') !== 'NHWC' || input[3] !== filter[2]) return undefined;
  const info = backend_util.computeConv2DInfo(
    input as Shape4D,
    filter as Shape4D,
    strides,
    dilations ?? 1,
    pad as 'valid',
    dimRoundingMode,
    depthwise,
  );
  const windows = geometryOf(info);
  if (!windows) return undefined;
  const geometry = { ...windows, group: depthwise ? input[3]! : 1 };
  const steps = depthwise ? [permute(2, 3, 0, 1), reshape('filterShape')] : [permute(3, 2, 0, 1)];
  return {
    name: Object.values(geometry).join(' ') + (depthwise ? ` ${filter}` : ''),
    info,
    geometry,
    filter: chain('filter', steps, 'filterFirst'),
    constants: depthwise ? { filterShape: [-1, 1, filter[0]!, filter[1]!] } : {},
  };
}

const forward =
  (kernelName: string, depthwise = false): Kernel =>
  (backend, inputs, attributes) => {
    const { x, filter } = inputs;
    const found = convolution(x!.shape, filter!.shape, attributes, depthwise);
    const fusion = fusionOf(inputs, attributes);
    if (!found || !fusion || !worthwhile(backend, x!, filter!)) return undefined;
    const { name, info, geometry, constants } = found;
    const y = backend.allocate(info.outShape);
    const convolve: Step = (from, to) => [node('Conv', [from, 'filterFirst'], to, { ...geometry })];
    const graph = () => ({
      inputs: floats('x', 'filter', ...Object.keys(fusion.inputs)),
      outputs: ['y'],
      nodes: [...found.filter, ...chain('x', [channelsFirst, convolve, channelsLast, ...fusion.steps], 'y')],
      constants: { ...constants, ...fusion.constants },
    });
    backend.run(`${kernelName} ${name} ${fusion.name}`, graph, { x: x!, filter: filter!, ...fusion.inputs }, { y });
    return y;
  };

const gradientOfInput =
  (kernelName: string, depthwise = false): Kernel =>
  (backend, { dy, filter }, attributes) => {
    const inputShape = attributes['inputShape'] as Shape4D;
    const found = convolution(inputShape, filter!.shape, attributes, depthwise);
    if (!found || !worthwhile(backend, dy!, filter!)) return undefined;
    const { name, info, geometry, constants } = found;
    const rest = unreached(info, geometry);
    if (!rest) return undefined;
    const dx = backend.allocate(inputShape);
    const transposed: Step = (from, to) => [
      node('ConvTranspose', [from, 'filterFirst'], to, { ...geometry, output_padding: rest }),
    ];
    const graph = () => ({
      inputs: floats('dy', 'filter'),
      outputs: ['dx'],
      nodes: [...found.filter, ...chain('dy', [channelsFirst, transposed, channelsLast], 'dx')],
      constants,
    });
    backend.run(`${kernelName} ${name} ${rest}`, graph, { dy: dy!, filter: filter! }, { dx });
    return dx;
  };

/** The input convolved with the gradient as its filter, batch and channels swapped, strides and dilations too. */
const gradientOfFilter =
  (kernelName: string, depthwise = false): Kernel =>
  (backend, { x, dy }, attributes) => {
    const filterShape = attributes['filterShape'] as Shape4D;
    const found = convolution(x!.shape, filterShape, attributes, depthwise);
    if (!found || !worthwhile(backend, x!, dy!)) return undefined;
    const { strides, dilations, pads, group } = found.geometry;
    const [batch, height, width, channels] = x!.shape as Shape4D;
    const dw = backend.allocate(filterShape);
    const convolve: Step = (from, to) => [
      node('Conv', [from, 'dySwapped'], to, { strides: dilations, dilations: strides, pads, group }),
    ];
    // Rows and columns that the filter never reached.
    const cut: Step = (from, to) => [node('Slice', [from, 'starts', 'ends', 'axes'], to)];
    const toFilter = permute(2, 3, 0, 1);
    const steps = depthwise
      ? [reshape('oneItem'), convolve, cut, reshape('channelsApart'), toFilter] // one item, a group of [batch] a channel
      : [convolve, cut, toFilter]; // [in, batch, …] with [out, batch, …] is [in, out, …]
    const graph = () => ({
      inputs: floats('x', 'dy'),
      outputs: ['dw'],
      nodes: [
        ...chain('dy', [channelsFirst, swapFirst], 'dySwapped'),
        ...chain('x', [channelsFirst, swapFirst, ...steps], 'dw'),
      ],
      constants: {
        starts: [0, 0],
        ends: filterShape.slice(0, 2),
        axes: [2, 3],
        ...(depthwise && {
          oneItem: [1, channels * batch, height, width],
          channelsApart: [channels, filterShape[3], filterShape[0], filterShape[1]],
        }),
      },
    });
    const shapes = depthwise ? `${x!.shape} ${filterShape}` : filterShape.slice(0, 2);
    backend.run(`${kernelName} ${found.name} ${shapes}`, graph, { x: x!, dy: dy! }, { dw });
    return dw;
  };

export const convolutions: KernelTable = {
  Conv2D: forward('Conv2D'),
  Conv2DBackpropFilter: gradientOfFilter('Conv2DBackpropFilter'),
  Conv2DBackpropInput: gradientOfInput('Conv2DBackpropInput'),
  DepthwiseConv2dNative: forward('DepthwiseConv2dNative', true),
  DepthwiseConv2dNativeBackpropFilter: gradientOfFilter('DepthwiseConv2dNativeBackpropFilter', true),
  DepthwiseConv2dNativeBackpropInput: gradientOfInput('DepthwiseConv2dNativeBackpropInput', true),
  FusedConv2D: forward('FusedConv2D'),
  FusedDepthwiseConv2D: forward('FusedDepthwiseConv2D', true),
};
