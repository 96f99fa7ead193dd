import type { TensorInfo } from '@tensorflow/tfjs-core';
import { node } from '../../onnx/index.js';
import { floats, type Kernel, type KernelTable, worthwhile } from './kernel.js';

/** Whether broadcasting repeats a parameter along the leading axes alone, as TensorFlow.js does. */
function fits(parameter: TensorInfo, x: TensorInfo): boolean {
  const first = parameter.shape.findIndex((side) => side !== 1);
  const missing = x.shape.length - parameter.shape.length;
  return first < 0 || parameter.shape.every((side, axis) => axis < first || side === x.shape[missing + axis]);
}

/** (x - mean) · scale / √(variance + ε) + offset */
const batchNorm: Kernel = (backend, inputs, attributes) => {
  const { x, mean, variance, scale, offset } = inputs;
  const parameters = [mean, variance, scale, offset].filter((tensor) => tensor !== undefined);
  if (!worthwhile(backend, x!, ...parameters) || !parameters.every((tensor) => fits(tensor, x!))) return undefined;
  const y = backend.allocate(x!.shape);
  const graph = () => ({
    inputs: floats('epsilon', ...Object.keys(given)),
    outputs: ['y'],
    nodes: [
      node('Sub', ['x', 'mean'], 'centred'),
      node('Add', ['variance', 'epsilon'], 'shifted'),
      node('Sqrt', ['shifted'], 'deviation'),
      scale ? node('Div', ['scale', 'deviation'], 'factor') : node('Reciprocal', ['deviation'], 'factor'),
      node('Mul', ['centred', 'factor'], offset ? 'scaled' : 'y'),
      ...(offset ? [node('Add', ['scaled', 'offset'], 'y')] : []),
    ],
  });
  const given = { x: x!, mean: mean!, variance: variance!, ...(scale && { scale }), ...(offset && { offset }) };
  const epsilon = {
    values: Float32Array.of((attributes['varianceEpsilon'] as number | undefined) ?? 0.001),
    shape: [],
  };
  backend.run(`FusedBatchNorm ${Object.keys(given)}`, graph, { epsilon, ...given }, { y });
  return y;
};

export const batchNorms: KernelTable = { FusedBatchNorm: batchNorm };
