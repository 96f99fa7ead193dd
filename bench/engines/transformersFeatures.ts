/** Features by transformers.js. */
import { basename, dirname } from 'node:path';
import { AutoFeatureExtractor, env } from '@huggingface/transformers';
import { noiseClip } from './noise.js';
import { serve } from './serve.js';

await serve(async ({ directory, seconds }: { directory: string; seconds: number }) => {
  Object.assign(env, { allowRemoteModels: false, localModelPath: dirname(directory) });
  const extract = await AutoFeatureExtractor.from_pretrained(basename(directory));
  const samples = noiseClip(seconds);
  return { run: async () => (await extract(samples)).input_values.data };
});
