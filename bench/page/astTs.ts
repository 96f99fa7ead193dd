/** Labels by this library, in a page. */
import { AudioClassifier } from '../../src/ast/index.js';
import { useBackend } from '../../src/backends/index.js';
import './task.js';

globalThis.prepare = async ({ model, frames, sounds }) => {
  await useBackend('wasm', { wasmPaths: '/tfjs-wasm/' });
  const classifier = await AudioClassifier.fromPretrained(model, { maxLength: frames });
  globalThis.run = async () => {
    const scores: number[] = [];
    for (const sound of sounds)
      for (const { score } of await classifier.classify(sound, { topK: 5 })) scores.push(score);
    return scores;
  };
};
