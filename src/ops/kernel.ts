import '#gradients';
import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';

/**
 * Names an operation so that a backend can bring a fused kernel for it, without the model knowing.
 *
 * Runs the active backend's kernel `kernelName` where one is registered; on any other backend, `composed` (built of
 * TensorFlow.js primitives) is registered for it on first use. Either way it is one node on the gradient tape, so its
 * gradient is the one given to `registerGradient(kernelName)`, whose thunks cost nothing for inputs that need none.
 *
 * @example
 * ```ts
 * const square = defineKernel('MySquare', ({ x }: { x: tf.Tensor }) => tf.mul(x, x));
 * square({ x: tf.scalar(3) }, {}); // 9
 * ```
 */
export function defineKernel<
  I extends { [name: string]: Tensor | undefined },
  A extends object,
  O extends Tensor | Tensor[],
>(kernelName: string, composed: (inputs: I, attributes: A) => O): (inputs: I, attributes: A) => O {
  return (inputs, attributes) => {
    const backendName = getBackend();
    if (!getKernel(kernelName, backendName)) {
      registerKernel({
        kernelName,
        backendName,
        kernelFunc: ({ inputs, attrs }) => tidy(() => composed(inputs as unknown as I, attrs as unknown as A)),
      });
    }
    const given = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor)) as NamedTensorMap;
    return engine().runKernel(kernelName, given, attributes as unknown as NamedAttrMap) as O;
  };
}
