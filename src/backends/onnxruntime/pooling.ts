/** Pools of TensorFlow.js (channels last) as those of ONNX (channels first); the transposes are part of the graph. */
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import { chain, node, type Step } from '../../onnx/index.js';
import {
  channelsFirst,
  channelsLast,
  type Geometry,
  geometryOf,
  reshape,
  type Shape4D,
  unreached,
} from './geometry.js';
import { floats, integers, type Kernel, type KernelAttributes, type KernelTable, worthwhile } from './kernel.js';

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolOf({ shape }: TensorInfo, attributes: KernelAttributes) {
  const { filterSize, strides, pad, dimRoundingMode } = attributes as unknown as PoolAttributes;
  const info = backend_util.computePool2DInfo(shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
  const geometry = geometryOf(info);
  const window = [info.filterHeight, info.filterWidth];
  return geometry && { info, geometry, window, name: [window, ...Object.values(geometry)].join(' ') };
}

const onnxAttributes = ({ strides, pads }: Geometry, window: number[]) => ({ kernel_shape: window, strides, pads });

/** TensorFlow.js' largest value is that of those which are numbers. */
const withoutNaN: Step = (x, y) => [node('IsNaN', [x], `${y}IsNaN`), node('Where', [`${y}IsNaN`, 'lowest', x], y)];
const lowest = Number.NEGATIVE_INFINITY;

const pool =
  (kernelName: string, op: string, before: readonly Step[], constants: Record<string, number>): Kernel =>
  (backend, { x }, attributes) => {
    const found = poolOf(x!, attributes);
    if (!found || !worthwhile(backend, x!)) return undefined;
    const y = backend.allocate(found.info.outShape);
    const window: Step = (from, to) => [node(op, [from], to, onnxAttributes(found.geometry, found.window))];
    const nodes = chain('x', [...before, channelsFirst, window, channelsLast], 'y');
    backend.run(
      `${kernelName} ${found.name}`,
      () => ({ inputs: floats('x'), outputs: ['y'], nodes, constants }),
      { x: x! },
      { y },
    );
    return y;
  };

/** Each window's gradient goes to the first of its largest values. */
const maxPoolGrad: Kernel = (backend, { dy, input: x }, attributes) => {
  const found = poolOf(x!, attributes);
  if (!found || !worthwhile(backend, x!, dy!)) return undefined;
  const dx = backend.allocate(x!.shape);
  const graph = () => ({
    inputs: floats('x', 'dy'),
    outputs: ['dx'],
    constants: { lowest, zero: 0, flat: [-1] },
    nodes: [
      ...chain('x', [withoutNaN, channelsFirst], 'image'),
      {
        op: 'MaxPool',
        inputs: ['image'],
        outputs: ['largest', 'positions'],
        attributes: onnxAttributes(found.geometry, found.window),
      },
      ...channelsFirst('dy', 'dyFirst'),
      node('Equal', ['largest', 'lowest'], 'isEmpty'),
      node('Where', ['isEmpty', 'zero', 'dyFirst'], 'dyKept'),
      node('Reshape', ['dyKept', 'flat'], 'updates'),
      node('Reshape', ['positions', 'flat'], 'indices'),
      node('Shape', ['image'], 'imageShape'),
      node('Size', ['image'], 'size'),
      node('Reshape', ['size', 'flat'], 'length'),
      node('ConstantOfShape', ['length'], 'zeros'),
      node('ScatterElements', ['zeros', 'indices', 'updates'], 'scattered', { axis: 0, reduction: 'add' }),
      ...chain('scattered', [reshape('imageShape'), channelsLast], 'dx'),
    ],
  });
  backend.run(`MaxPoolGrad ${found.name}`, graph, { x: x!, dy: dy! }, { dx });
  return dx;
};

/** A transposed convolution of every channel with a window of equal weights. */
const avgPoolGrad: Kernel = (backend, { dy, input: x }, attributes) => {
  const found = poolOf(x!, attributes);
  const rest = found && unreached(found.info, found.geometry);
  if (!rest || !worthwhile(backend, x!, dy!)) return undefined;
  const { info, geometry, window, name } = found;
  const dx = backend.allocate(x!.shape);
  const spread: Step = (from, to) => [
    node('ConvTranspose', [from, 'weights'], to, { ...geometry, output_padding: rest }),
  ];
  const graph = () => ({
    inputs: { ...floats('dy', 'weights'), apart: 'int64' as const, together: 'int64' as const },
    outputs: ['dx'],
    nodes: chain('dy', [channelsFirst, reshape('apart'), spread, reshape('together'), channelsLast], 'dx'),
  });
  const size = window[0]! * window[1]!;
  const operands = {
    weights: { values: new Float32Array(size).fill(1 / size), shape: [1, 1, ...window] },
    apart: integers([-1, 1, info.outHeight, info.outWidth]),
    together: integers([-1, info.inChannels, info.inHeight, info.inWidth]),
  };
  backend.run(`AvgPoolGrad ${name} ${rest}`, graph, { dy: dy!, ...operands }, { dx });
  return dx;
};

export const pooling: KernelTable = {
  AvgPool: pool('AvgPool', 'AveragePool', [], {}),
  AvgPoolGrad: avgPoolGrad,
  MaxPool: pool('MaxPool', 'MaxPool', [withoutNaN], { lowest }),
  MaxPoolGrad: maxPoolGrad,
};
