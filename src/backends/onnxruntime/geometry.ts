/** Where the windows of a convolution or a pool lie, as ONNX says it; and channels last or first. */
import type { backend_util } from '@tensorflow/tfjs-core';
import { node, type Step } from '../../onnx/index.js';

export type Shape4D = [number, number, number, number];

/** Each of [height, width], `pads` of [top, left, bottom, right]. */
export interface Geometry {
  strides: number[];
  dilations: number[];
  pads: number[];
}

/** `undefined` where TensorFlow.js rounds the number of windows up and ONNX does not. */
export function geometryOf(info: backend_util.Conv2DInfo): Geometry | undefined {
  const { top, left, bottom, right } = info.padInfo;
  const windows = (side: number, before: number, after: number, window: number, stride: number) =>
    Math.floor((side + before + after - window) / stride) + 1;
  const [rows, columns] = [
    windows(info.inHeight, top, bottom, info.effectiveFilterHeight, info.strideHeight),
    windows(info.inWidth, left, right, info.effectiveFilterWidth, info.strideWidth),
  ];
  if (rows !== info.outHeight || columns !== info.outWidth || rows <= 0 || columns <= 0) return undefined;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

/**
 * Rows and columns at the end of the input that no window reaches: `output_padding` of the transposed convolution that
 * leads back. `undefined` where ONNX does not allow it.
 */
export function unreached(info: backend_util.Conv2DInfo, { strides, dilations, pads }: Geometry): number[] | undefined {
  const rest = [
    info.inHeight - (strides[0]! * (info.outHeight - 1) + info.effectiveFilterHeight - pads[0]! - pads[2]!),
    info.inWidth - (strides[1]! * (info.outWidth - 1) + info.effectiveFilterWidth - pads[1]! - pads[3]!),
  ];
  const allowed = rest.every((side, axis) => side >= 0 && side < Math.max(strides[axis]!, dilations[axis]!));
  return allowed ? rest : undefined;
}

export const permute =
  (...perm: number[]): Step =>
  (x, y) => [node('Transpose', [x], y, { perm })];
export const channelsFirst = permute(0, 3, 1, 2);
export const channelsLast = permute(0, 2, 3, 1);
/** To a shape that is an input or a constant of the graph. */
export const reshape =
  (shape: string): Step =>
  (x, y) => [node('Reshape', [x, shape], y)];
