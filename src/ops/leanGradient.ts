import { engine, type GradConfig, registerGradient, type Tensor } from '@tensorflow/tfjs-core';

/** What the operation whose gradient was last asked for leaves behind. */
let finished: Tensor[] = [];

/**
 * Registers a gradient that frees memory as the backward pass goes.
 *
 * TensorFlow.js keeps what a forward pass saved, and every gradient between operations, until the whole backward pass is
 * over: for AST-base 0.7 GB a clip. But an operation's saved tensors, and the gradient of its output, are used by its own
 * gradient alone, whose thunks run before the gradient of the operation before it is asked for. So they are freed then.
 *
 * Not when gradients of gradients are computed: then the tape is walked again. And not a `dy` that the caller of `tf.grads`
 * brought: it was not made in the scope of the backward pass.
 */
export function registerLeanGradient(config: GradConfig): void {
  registerGradient({
    ...config,
    gradFunc: (dy, saved, attributes) => {
      for (const tensor of finished) tensor.dispose();
      finished = [];
      const thunks = config.gradFunc(dy, saved, attributes);
      const { gradientDepth, activeScope } = engine().state;
      if (gradientDepth === 0) {
        const dys = (Array.isArray(dy) ? dy : [dy]).filter((tensor) => tensor && tensor.scopeId === activeScope.id);
        finished = [...dys, ...saved];
      }
      return thunks;
    },
  });
}
