/**
 * Labels by the pipeline of transformers.js as it comes. In Node it takes samples and decodes no files: this library's
 * decoder does that for it, inside the time that is measured.
 */
import { basename, dirname } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { readAudio } from '../../src/audio/index.js';
import { serve } from './serve.js';

await serve(async ({ directory, files }: { directory: string; files: string[] }) => {
  Object.assign(env, { allowRemoteModels: false, localModelPath: dirname(directory) });
  const classify = await pipeline('audio-classification', basename(directory), { dtype: 'fp32' });
  return {
    async run() {
      const scores: number[] = [];
      for (const file of files) {
        const { samples } = await readAudio(file, { sampleRate: 16000 });
        for (const { score } of await classify(samples, { top_k: 5 })) scores.push(score);
      }
      return scores;
    },
  };
});
