/** Scores of a batch by this library, on any of its backends. */
import * as tf from '@tensorflow/tfjs-core';
import { ASTForAudioClassification, type PretrainedOptions } from '../../src/ast/index.js';
import { type BackendName, useBackend } from '../../src/backends/index.js';
import { noise } from './noise.js';
import { serve } from './serve.js';

interface Task {
  backend: BackendName;
  directory: string;
  dtype: 'float32' | 'int8';
  frames: number;
  batch: number;
}

await serve(async ({ backend, directory, dtype, frames, batch }: Task) => {
  await useBackend(backend);
  const options: PretrainedOptions = { maxLength: frames, ...(dtype === 'int8' && { dtype }) };
  const model = await ASTForAudioClassification.fromPretrained(directory, options);
  const inputValues = tf.tensor3d(noise(batch * frames * 128), [batch, frames, 128]);
  return {
    async run() {
      const { logits } = model.forward(inputValues);
      const scores = await logits.data();
      logits.dispose();
      return scores;
    },
  };
});
