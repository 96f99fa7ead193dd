/** A training step by this library, as its Trainer does it: forward, loss, gradients, clipping, AdamW. */
import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { clipByGlobalNorm, globalNorm } from '../../src/train/gradients.js';
import { adamW, crossEntropy, valueAndGradients } from '../../src/train/index.js';
import { noise } from './noise.js';
import { serve } from './serve.js';
import { isTrainable, type Trained } from './trained.js';

interface Task {
  directory: string;
  frames: number;
  batch: number;
  trained: Trained;
  gradientCheckpointing: boolean;
}

await serve(async ({ directory, frames, batch, trained, gradientCheckpointing }: Task) => {
  await useBackend('onnxruntime');
  const model = await ASTForAudioClassification.fromPretrained(directory, { maxLength: frames });
  const parameters = model.parameters();
  for (const [name, variable] of parameters) variable.trainable = isTrainable(name, trained);
  const inputValues = tf.tensor3d(noise(batch * frames * 128), [batch, frames, 128]);
  const classes = tf.range(0, batch, 1, 'int32');
  const optimizer = adamW({ weightDecay: 0.01 });
  return {
    run() {
      const { loss, gradients } = valueAndGradients(parameters, () =>
        crossEntropy(model.forward(inputValues, { training: true, gradientCheckpointing }).logits, classes),
      );
      const norm = globalNorm(gradients);
      const values = [...loss.dataSync(), ...norm.dataSync()];
      const clipped = clipByGlobalNorm(gradients, values[1]!, 1);
      optimizer.step(parameters, clipped, 1e-5);
      tf.dispose([loss, norm, ...clipped.values()]);
      return values;
    },
  };
});
