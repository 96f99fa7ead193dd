/** A training step of AST-base by one method, as the Trainer does it; the encoder's pass over the batch for a head on embeddings. */
import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { clipByGlobalNorm, globalNorm } from '../../src/train/gradients.js';
import { adamW, crossEntropy, valueAndGradients } from '../../src/train/index.js';
import { methods } from '../cheap/methods.js';
import { noise } from './noise.js';
import { serve } from './serve.js';

interface Task {
  method: string;
  directory: string;
  frames: number;
  batch: number;
}

await serve(async ({ method: name, directory, frames, batch }: Task) => {
  await useBackend('onnxruntime');
  const method = methods[name]!;
  const model = await ASTForAudioClassification.fromPretrained(directory, { maxLength: frames });
  const trained = method.apply(model);
  const sounds = tf.tensor3d(noise(batch * frames * 128), [batch, frames, 128]);
  const inputValues = method.onEmbeddings
    ? tf.tidy(() => tf.expandDims<tf.Tensor3D>(model.encode(sounds).poolerOutput, 1))
    : sounds;
  const classes = tf.range(0, batch, 1, 'int32');
  const optimizer = adamW({ weightDecay: 0.01 });
  return {
    run() {
      const { loss, gradients } = valueAndGradients(trained.parameters(), () =>
        crossEntropy(trained.forward(inputValues, { training: true }).logits, classes),
      );
      const norm = globalNorm(gradients);
      const values = [...loss.dataSync(), ...norm.dataSync()];
      const clipped = clipByGlobalNorm(gradients, values[1]!, 1);
      optimizer.step(trained.parameters(), clipped, 1e-5);
      tf.dispose([loss, norm, ...clipped.values()]);
      return values;
    },
  };
});
