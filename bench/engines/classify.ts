/** From files to labels by this library. */
import { AudioClassifier, type PretrainedOptions } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import { serve } from './serve.js';

interface Task {
  directory: string;
  dtype: 'float32' | 'int8';
  frames: number;
  files: string[];
}

await serve(async ({ directory, dtype, frames, files }: Task) => {
  await useBackend('onnxruntime');
  const options: PretrainedOptions = { maxLength: frames, ...(dtype === 'int8' && { dtype }) };
  const classifier = await AudioClassifier.fromPretrained(directory, options);
  return {
    async run() {
      const results = await classifier.classify(files);
      return results.flat().map(({ score }) => score);
    },
  };
});
