import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors.js';
import { listShapes, type OnnxruntimeBackend } from './backend.js';

type KernelCall = Parameters<KernelConfig['kernelFunc']>[0];

/**
 * A kernel of the CPU backend. It may return a view of an input under a new name (a slice, or a complex number of two
 * tensors): such an input's memory is never lent again, or the view would change with it.
 */
export function inJavaScript(
  backend: OnnxruntimeBackend,
  { kernelName, kernelFunc }: KernelConfig,
  call: KernelCall,
): TensorInfo | TensorInfo[] {
  // An input that may be left out, as a bias, is undefined then.
  const inputs = Object.entries(call.inputs as Record<string, TensorInfo>).filter(([, input]) => input);
  let outputs: TensorInfo | TensorInfo[];
  try {
    outputs = kernelFunc(call);
  } catch (cause) {
    throw withShapes(cause, kernelName, Object.fromEntries(inputs), call.attrs);
  }
  for (const output of Array.isArray(outputs) ? outputs : [outputs])
    for (const [, input] of inputs) if (input.dataId !== output.dataId) forgetShared(backend, input, output);
  return outputs;
}

function forgetShared(backend: OnnxruntimeBackend, input: TensorInfo, output: TensorInfo): void {
  for (const array of backend.arraysOf(input))
    if (backend.arraysOf(output).some(({ buffer }) => buffer === array.buffer)) backend.pool.forget(array);
}

/** JavaScript refuses an array that is too long without telling which tensor it is for. */
function withShapes(
  error: unknown,
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attributes: KernelCall['attrs'],
): unknown {
  if (!(error instanceof RangeError && /array/i.test(error.message))) return error;
  const shape = attributes?.['shape'] as number[] | undefined;
  const given = listShapes({ ...inputs, ...(shape && { result: { shape } }) });
  return new BackendError(`There is no memory for the result of ${kernelName}: ${given}.`, { cause: error });
}
