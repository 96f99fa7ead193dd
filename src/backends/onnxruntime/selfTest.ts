import { BackendError } from '../../errors.js';
import { microsoftNode, node } from '../../onnx/index.js';
import { createSession } from './binding.js';
import { floats } from './kernel.js';

/** Two small graphs with known results: throws a BackendError when they do not come out, before anybody relies on them. */
export function selfTest(): void {
  const y = new Float32Array(4);
  const one = { threads: 1 };
  try {
    const product = createSession(
      {
        inputs: floats('a', 'b'),
        outputs: ['y'],
        nodes: [microsoftNode('FusedMatMul', ['a', 'b'], 'y', { transB: 1 })],
      },
      one,
    );
    const matrix = (...values: number[]) => ({ values: Float32Array.from(values), shape: [2, 2] });
    product.run({ a: matrix(1, 2, 3, 4), b: matrix(5, 6, 7, 8) }, { y: { values: y, shape: [2, 2] } });
    const exponential = createSession({ inputs: floats('x'), outputs: ['y'], nodes: [node('Exp', ['x'], 'y')] }, one);
    exponential.run({ x: { values: Float32Array.of(0), shape: [1] } }, { y: { values: y.subarray(3), shape: [1] } });
    for (const session of [product, exponential]) session.dispose();
  } catch (cause) {
    throw new BackendError(`onnxruntime-node does not run graphs as expected: ${(cause as Error).message}`, { cause });
  }
  if (y.join() !== '17,23,39,1')
    throw new BackendError(
      `onnxruntime-node gives wrong results: expected 17,23,39,1 in the arrays it was given, got ${y.join()}.`,
    );
}
