/** Labels by the pipeline of transformers.js as it comes, in a page. */
import { env, pipeline } from '@huggingface/transformers';
import './task.js';

globalThis.prepare = async ({ model, sounds }) => {
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    // A path: of a URL it would think that its files do not exist.
    localModelPath: new URL('.', model).pathname,
    useBrowserCache: false,
  });
  env.backends.onnx.wasm.wasmPaths = `${location.origin}/ort-wasm/`;
  const name = model.split('/').at(-1)!;
  const classify = await pipeline('audio-classification', name, { dtype: 'fp32', device: 'wasm' });
  globalThis.run = async () => {
    const scores: number[] = [];
    for (const sound of sounds) for (const { score } of await classify(sound, { top_k: 5 })) scores.push(score);
    return scores;
  };
};
