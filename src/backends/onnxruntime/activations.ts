/** Activation functions: as kernels, and as what TensorFlow.js fuses behind a product or a convolution. */
import { backend_util } from '@tensorflow/tfjs-core';
import { type Graph, node, type Step } from '../../onnx/index.js';
import { unary } from './elementwise.js';
import { floats, type Inputs, type Kernel, type KernelAttributes, type KernelTable, worthwhile } from './kernel.js';
import { runInParts } from './parts.js';

const relu6: Step = (x, y) => [node('Relu', [x], `${y}Positive`), node('Min', [`${y}Positive`, 'six'], y)];
const leakyRelu =
  (alpha: number): Step =>
  (x, y) => [node('LeakyRelu', [x], y, { alpha: { float: alpha } })];
/** With the input `slope`. ONNX' own PRelu multiplies zeros with the slope too, which may be infinite. */
const prelu: Step = (x, y) => [
  node('Less', [x, 'zero'], `${y}IsNegative`),
  node('Mul', [x, 'slope'], `${y}Sloped`),
  node('Where', [`${y}IsNegative`, `${y}Sloped`, x], y),
];

/** What is fused behind a product or a convolution. */
export interface Fusion {
  /** Tells it from others, in the name of a graph. */
  name: string;
  steps: readonly Step[];
  inputs: Inputs;
  constants?: NonNullable<Graph['constants']>;
}

/** Bias and activation as a kernel's inputs and attributes give them; `undefined` for what only TensorFlow.js computes. */
export function fusionOf(
  { bias, preluActivationWeights: slope }: Inputs,
  attributes: KernelAttributes,
): Fusion | undefined {
  const { activation = 'linear', leakyreluAlpha: alpha } = attributes as {
    activation?: string;
    leakyreluAlpha?: number;
  };
  const activations: Record<string, Pick<Fusion, 'steps' | 'constants'> | undefined> = {
    linear: { steps: [] },
    relu: { steps: [(x, y) => [node('Relu', [x], y)]] },
    relu6: { steps: [relu6], constants: { six: 6 } },
    elu: { steps: [(x, y) => [node('Elu', [x], y)]] },
    sigmoid: { steps: [(x, y) => [node('Sigmoid', [x], y)]] },
    leakyrelu: alpha === undefined ? undefined : { steps: [leakyRelu(alpha)] },
    prelu: slope && { steps: [prelu], constants: { zero: 0 } },
  };
  const fused = activations[activation];
  if (!fused || [bias, slope].some((tensor) => tensor && tensor.dtype !== 'float32')) return undefined;
  return {
    ...fused,
    name: `${activation}${alpha ? ` ${alpha}` : ''}${bias ? ' bias' : ''}`,
    steps: [...(bias ? [(x: string, y: string) => [node('Add', [x, 'bias'], y)]] : []), ...fused.steps],
    inputs: { ...(bias && { bias }), ...(activation === 'prelu' && slope && { slope }) },
  };
}

const eluGrad: Kernel = (backend, { dy, y }) => {
  if (!worthwhile(backend, dy!, y!)) return undefined;
  const dx = backend.allocate(y!.shape);
  const graph = () => ({
    inputs: floats('dy', 'y'),
    outputs: ['dx'],
    constants: { zero: 0, one: 1 },
    nodes: [
      node('Add', ['y', 'one'], 'slope'),
      node('Mul', ['dy', 'slope'], 'sloped'),
      node('GreaterOrEqual', ['y', 'zero'], 'isPositive'),
      node('Where', ['isPositive', 'dy', 'sloped'], 'dx'),
    ],
  });
  runInParts(backend, 'EluGrad', graph, { dy: dy!, y: y! }, { dx });
  return dx;
};

const preluKernel: Kernel = (backend, { x, alpha }) => {
  if (!worthwhile(backend, x!, alpha!)) return undefined;
  const y = backend.allocate(backend_util.assertAndGetBroadcastShape(x!.shape, alpha!.shape));
  const graph = () => ({
    inputs: floats('x', 'slope'),
    outputs: ['y'],
    nodes: prelu('x', 'y'),
    constants: { zero: 0 },
  });
  backend.run('Prelu', graph, { x: x!, slope: alpha! }, { y });
  return y;
};

export const activations: KernelTable = {
  ClipByValue: unary('ClipByValue', { nodes: [node('Clip', ['x', 'low', 'high'], 'y')] }, (attributes) => ({
    low: attributes['clipValueMin'] as number,
    high: attributes['clipValueMax'] as number,
  })),
  EluGrad: eluGrad,
  LeakyRelu: unary(
    'LeakyRelu',
    {
      constants: { zero: 0 },
      nodes: [
        node('Less', ['x', 'zero'], 'isNegative'),
        node('Mul', ['x', 'alpha'], 'sloped'),
        node('Where', ['isNegative', 'sloped', 'x'], 'y'),
      ],
    },
    ({ alpha }) => ({ alpha: alpha as number }),
  ),
  Prelu: preluKernel,
  Relu6: unary('Relu6', { nodes: relu6('x', 'y'), constants: { six: 6 } }),
  Selu: unary('Selu', {
    nodes: [
      node('Selu', ['x'], 'y', {
        alpha: { float: backend_util.SELU_SCALEALPHA / backend_util.SELU_SCALE },
        gamma: { float: backend_util.SELU_SCALE },
      }),
    ],
  }),
  Step: unary(
    'Step',
    {
      constants: { zero: 0, one: 1 },
      nodes: [
        node('Greater', ['x', 'zero'], 'isPositive'),
        node('Where', ['isPositive', 'one', 'alpha'], 'step'),
        node('IsNaN', ['x'], 'isNaN'),
        node('Where', ['isNaN', 'x', 'step'], 'y'),
      ],
    },
    ({ alpha }) => ({ alpha: alpha as number }),
  ),
};
