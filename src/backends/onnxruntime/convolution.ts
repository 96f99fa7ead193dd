/**
 * Convolutions of TensorFlow.js (channels last, filter [height, width, in, out]) as those of ONNX (channels first, filter
 * [out, in, height, width]); the transposes are part of the graph.
 */
import { backend_util } from '@tensorflow/tfjs-core';
import { floats, type Kernel, type KernelTable, sizeOf, worthwhile } from './kernel.js';
import { type Node, node } from './onnx.js';

type Pair = [number, number];
interface ConvolutionAttributes {
  strides: number | Pair;
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: number | Pair;
  inputShape?: [number, number, number, number];
  filterShape?: [number, number, number, number];
}

const channelsFirst = (from: string, to: string): Node => node('Transpose', [from], to, { perm: [0, 3, 1, 2] });
const channelsLast = (from: string, to: string): Node => node('Transpose', [from], to, { perm: [0, 2, 3, 1] });
/** [height, width, in, out] -> [out, in, height, width], and back. */
const filterFirst = (from: string, to: string): Node => node('Transpose', [from], to, { perm: [3, 2, 0, 1] });
const swapFirst = (from: string, to: string): Node => node('Transpose', [from], to, { perm: [1, 0, 2, 3] });

/** Sizes of a convolution, or `undefined` for what stays with TensorFlow.js: channels first, or channels in groups. */
function convolution(input: number[], filter: number[], attributes: ConvolutionAttributes) {
  const { strides, pad, dataFormat, dimRoundingMode, dilations = 1 } = attributes;
  if (dataFormat !== 'NHWC' || input[3] !== filter[2]) return undefined;
  const info = backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    dilations,
    pad as 'valid',
    dimRoundingMode,
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    ...info,
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

const forward: Kernel = (backend, { x, filter }, attributes) => {
  const info = convolution(x!.shape, filter!.shape, attributes as unknown as ConvolutionAttributes);
  if (!info || !worthwhile(backend, x!, filter!) || sizeOf({ shape: info.outShape }) === 0) return undefined;
  const { strides, dilations, pads } = info;
  const y = backend.allocate(info.outShape);
  const nodes = [
    channelsFirst('x', 'xFirst'),
    filterFirst('filter', 'filterFirst'),
    node('Conv', ['xFirst', 'filterFirst'], 'yFirst', { strides, dilations, pads }),
    channelsLast('yFirst', 'y'),
  ];
  backend.run(
    `Conv2D ${[strides, dilations, pads].join(' ')}`,
    () => ({ inputs: floats('x', 'filter'), outputs: ['y'], nodes }),
    { x: x!, filter: filter! },
    { y },
  );
  return y;
};

const gradientOfInput: Kernel = (backend, { dy, filter }, attributes) => {
  const { inputShape } = attributes as unknown as ConvolutionAttributes;
  const info = convolution(inputShape!, filter!.shape, attributes as unknown as ConvolutionAttributes);
  if (!info || !worthwhile(backend, dy!, filter!)) return undefined;
  const {
    strides,
    dilations,
    pads,
    inHeight,
    inWidth,
    outHeight,
    outWidth,
    effectiveFilterHeight,
    effectiveFilterWidth,
  } = info;
  // What a stride leaves over at the end of the input gets no gradient from the filter's last step.
  const rest = [
    inHeight - (strides[0]! * (outHeight - 1) + effectiveFilterHeight - pads[0]! - pads[2]!),
    inWidth - (strides[1]! * (outWidth - 1) + effectiveFilterWidth - pads[1]! - pads[3]!),
  ];
  if (rest.some((side, axis) => side < 0 || side >= Math.max(strides[axis]!, dilations[axis]!))) return undefined;
  const dx = backend.allocate(inputShape!);
  const nodes = [
    channelsFirst('dy', 'dyFirst'),
    filterFirst('filter', 'filterFirst'),
    node('ConvTranspose', ['dyFirst', 'filterFirst'], 'dxFirst', { strides, dilations, pads, output_padding: rest }),
    channelsLast('dxFirst', 'dx'),
  ];
  const name = `Conv2DBackpropInput ${[strides, dilations, pads, rest].join(' ')}`;
  backend.run(
    name,
    () => ({ inputs: floats('dy', 'filter'), outputs: ['dx'], nodes }),
    { dy: dy!, filter: filter! },
    { dx },
  );
  return dx;
};

/** The input convolved with the gradient as its filter, batch and channels swapped, strides and dilations too. */
const gradientOfFilter: Kernel = (backend, { x, dy }, attributes) => {
  const { filterShape } = attributes as unknown as ConvolutionAttributes;
  const info = convolution(x!.shape, filterShape!, attributes as unknown as ConvolutionAttributes);
  if (!info || !worthwhile(backend, x!, dy!)) return undefined;
  const { strides, dilations, pads } = info;
  const dw = backend.allocate(filterShape!);
  const nodes = [
    channelsFirst('x', 'xFirst'),
    swapFirst('xFirst', 'xSwapped'), // [in, batch, height, width]
    channelsFirst('dy', 'dyFirst'),
    swapFirst('dyFirst', 'dySwapped'), // [out, batch, height, width]
    node('Conv', ['xSwapped', 'dySwapped'], 'whole', { strides: dilations, dilations: strides, pads }), // [in, out, …]
    node('Slice', ['whole', 'starts', 'ends', 'axes'], 'part'), // rows and columns the filter never reached
    node('Transpose', ['part'], 'dw', { perm: [2, 3, 0, 1] }),
  ];
  const constants = { starts: [0, 0], ends: filterShape!.slice(0, 2), axes: [2, 3] };
  const name = `Conv2DBackpropFilter ${[strides, dilations, pads, filterShape!.slice(0, 2)].join(' ')}`;
  backend.run(
    name,
    () => ({ inputs: floats('x', 'dy'), outputs: ['dw'], nodes, constants }),
    { x: x!, dy: dy! },
    { dw },
  );
  return dw;
};

export const convolutions: KernelTable = {
  Conv2D: forward,
  Conv2DBackpropFilter: gradientOfFilter,
  Conv2DBackpropInput: gradientOfInput,
};
